// Attention for short sequences. The vector lanes run over kLanes different (picture, head) pairs, so
// that each query walks exactly its own keys: work and memory are proportional to the pairs that exist.
// The walk goes by blocks of keys small enough to stay in the first-level cache while every query passes.

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

#include "core/attention/attention.h"
#include "core/attention/key_segments.h"
#include "core/attention/packed_heads.h"
#include "core/base/parallel.h"
#include "core/base/simd.h"

namespace lab {

namespace {

const Lanes kLowest = splat(-std::numeric_limits<float>::infinity());

class PairAttention final : public AttentionKernel {
 public:
  PairAttention(const AttentionProblem& problem, Arena& arena)
      : p_(problem),
        lengths_(problem.key_lengths),
        rules_(problem.rules.begin(), problem.rules.end()),
        segments_(list_segments(*problem.map, keys_per_block(std::max(problem.head_width, problem.score_width())))),
        groups_((problem.batch * problem.heads + kLanes - 1) / kLanes) {
    p_.rules = rules_;
    const int64_t queries = p_.queries() * kLanes * groups_, keys = p_.keys() * kLanes * groups_;
    for (float** side : {&q_, &dq_}) *side = arena.allocate(queries * p_.score_width());
    for (float** side : {&k_, &dk_}) *side = arena.allocate(keys * p_.score_width());
    out_ = arena.allocate(queries * p_.head_width);
    for (float** side : {&v_, &dv_}) *side = arena.allocate(keys * p_.head_width);
    d_additive_ = arena.allocate(int64_t{p_.additive.width} * kLanes * groups_);
    for (float** side : {&weights_, &d_weights_}) *side = arena.allocate(p_.map->pairs() * kLanes * groups_);
    if (!p_.keep_stages) return;
    for (float** kept : {&scores_, &kept_d_weights_}) *kept = arena.allocate(p_.map->pairs() * kLanes * groups_);
    if (rules_.empty()) return;
    for (float** kept : {&ruled_scores_, &softmax_, &d_softmax_, &d_ruled_scores_})
      *kept = arena.allocate(p_.map->pairs() * kLanes * groups_);
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    parallel_for(groups_, [&](int64_t group) {
      pack(q_of(group), q, group, p_.queries());
      pack(k_of(group), k, group, p_.keys());
      pack(v_of(group), v, group, p_.keys());
      forward_group(group);
      unpack(out, out_of(group), group, p_.queries());
    });
  }

  bool stages(int b, int h, AttentionStages& to) const override {
    if (!p_.keep_stages) return false;
    const int64_t head = int64_t{b} * p_.heads + h, group = head / kLanes, lane = head % kLanes;
    to.queries = p_.queries();
    to.keys = p_.keys();
    to.score_width = p_.score_width();
    to.head_width = p_.head_width;
    to.scale = p_.scale;
    to.additive.assign(p_.additive.v, p_.additive.v + p_.additive.width);
    to.q = one_head(q_of(group), lane, p_.queries());
    to.k = one_head(k_of(group), lane, p_.keys());
    to.v = one_head(v_of(group), lane, p_.keys());
    to.out = one_head(out_of(group), lane, p_.queries());
    to.scores = one_head(pairs(scores_, group), lane, -std::numeric_limits<float>::infinity());
    to.weights = one_head(pairs(weights_, group), lane, 0);
    if (ruled_scores_) {
      to.ruled_scores = one_head(pairs(ruled_scores_, group), lane, -std::numeric_limits<float>::infinity());
      to.softmax = one_head(pairs(softmax_, group), lane, 0);
    }
    to.seconds = seconds_;
    return true;
  }

  bool gradients(int b, int h, AttentionGradients& to) const override {
    if (!p_.keep_stages) return false;
    const int64_t head = int64_t{b} * p_.heads + h, group = head / kLanes, lane = head % kLanes;
    to.d_weights = one_head(pairs(kept_d_weights_, group), lane, 0);
    if (d_softmax_) {
      to.d_softmax = one_head(pairs(d_softmax_, group), lane, 0);
      to.d_ruled_scores = one_head(pairs(d_ruled_scores_, group), lane, 0);
    }
    to.d_scores = one_head(pairs(d_weights_, group), lane, 0);
    to.dq = one_head(dq_of(group), lane, p_.queries());
    to.dk = one_head(dk_of(group), lane, p_.keys());
    to.dv = one_head(dv_of(group), lane, p_.keys());
    return true;
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    for (RowRule* rule : rules_) rule->start_backward();
    parallel_for(groups_, [&](int64_t group) {
      pack(out_of(group), d_out, group, p_.queries());  // `out` itself is not needed on the way back
      backward_group(group);
      unpack(dq, dq_of(group), group, p_.queries());
      unpack(dk, dk_of(group), group, p_.keys());
      unpack(dv, dv_of(group), group, p_.keys());
    });
    if (p_.additive.width > 0) sum_additive_gradient();
    for (RowRule* rule : rules_) rule->finish_backward();
  }

  void weights(Tensor to) const override {
    const int64_t n = p_.queries(), m = p_.keys();
    std::fill(to.begin(), to.end(), 0.0f);
    parallel_for(p_.batch * p_.heads, [&](int64_t head) {
      const float* pair = pairs(weights_, head / kLanes) + head % kLanes;
      for (int64_t i = 0; i < n; ++i)
        for (const KeyRun& run : p_.map->runs(static_cast<int>(i)))
          for (int j = run.begin; j < run.end; ++j, pair += kLanes) to[(head * n + i) * m + j] = *pair;
    });
  }

  int64_t weight_bytes() const override {
    return p_.map->pairs() * p_.batch * p_.heads * static_cast<int64_t>(sizeof(float));
  }

 private:
  Packed side(float* data, int64_t group, int tokens, int width) const {
    return {data + group * tokens * width * kLanes, width};
  }
  Packed q_of(int64_t group) const { return side(q_, group, p_.queries(), p_.score_width()); }
  Packed k_of(int64_t group) const { return side(k_, group, p_.keys(), p_.score_width()); }
  Packed v_of(int64_t group) const { return side(v_, group, p_.keys(), p_.head_width); }
  Packed out_of(int64_t group) const { return side(out_, group, p_.queries(), p_.head_width); }
  Packed dq_of(int64_t group) const { return side(dq_, group, p_.queries(), p_.score_width()); }
  Packed dk_of(int64_t group) const { return side(dk_, group, p_.keys(), p_.score_width()); }
  Packed dv_of(int64_t group) const { return side(dv_, group, p_.keys(), p_.head_width); }
  static void clear(Packed packed, int tokens) {
    std::fill_n(packed.data, int64_t{tokens} * packed.width * kLanes, 0.0f);
  }
  float* pairs(float* side, int64_t group) const { return side + group * p_.map->pairs() * kLanes; }

  // The rows of this group's heads at token 0; none beyond the last head.
  void rows_of(const float* (&rows)[kLanes], HeadRows heads, int64_t group) const {
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      const int64_t head = group * kLanes + lane;
      rows[lane] = head < p_.batch * p_.heads ? heads.row(head / p_.heads, head % p_.heads, 0) : nullptr;
    }
  }

  void pack(Packed to, HeadRows from, int64_t group, int tokens) const {
    const float* rows[kLanes];
    rows_of(rows, from, group);
    for (int n = 0; n < tokens; ++n)
      for (int d = 0; d < to.width; d += kLanes) {
        const int count = std::min(kLanes, to.width - d);
        Lanes square[kLanes];
        for (int lane = 0; lane < kLanes; ++lane)
          square[lane] = rows[lane] ? load_some(rows[lane] + n * from.token + d, count) : Lanes{};
        transpose(square);
        for (int i = 0; i < count; ++i) store(to.token(n) + (d + i) * kLanes, square[i]);
      }
  }

  void unpack(HeadRows to, Packed from, int64_t group, int tokens) const {
    const float* rows[kLanes];
    rows_of(rows, to, group);
    for (int n = 0; n < tokens; ++n)
      for (int d = 0; d < from.width; d += kLanes) {
        const int count = std::min(kLanes, from.width - d);
        Lanes square[kLanes] = {};
        for (int i = 0; i < count; ++i) square[i] = load(from.token(n) + (d + i) * kLanes);
        transpose(square);
        for (int lane = 0; lane < kLanes; ++lane)
          if (rows[lane]) store_some(const_cast<float*>(rows[lane]) + n * to.token + d, square[lane], count);
      }
  }

  // The number of keys that exist for each lane's picture or sentence.
  LaneBits lengths(int64_t group) const {
    LaneBits result{};
    for (int lane = 0; lane < kLanes; ++lane) {
      const int64_t head = std::min<int64_t>(group * kLanes + lane, p_.batch * p_.heads - 1);
      result[lane] = lengths_.empty() ? p_.keys() : lengths_[head / p_.heads];
    }
    return result;
  }

  using Clock = std::chrono::steady_clock;

  // [tokens, width] of one lane.
  static std::vector<float> one_head(Packed packed, int64_t lane, int tokens) {
    std::vector<float> rows(static_cast<size_t>(tokens) * packed.width);
    for (size_t i = 0; i < rows.size(); ++i) rows[i] = packed.data[i * kLanes + lane];
    return rows;
  }
  // [N, M] of one lane's pairs.
  std::vector<float> one_head(const float* pair, int64_t lane, float absent) const {
    std::vector<float> matrix(static_cast<size_t>(p_.queries()) * p_.keys(), absent);
    for (int i = 0; i < p_.queries(); ++i)
      for (const KeyRun& run : p_.map->runs(i))
        for (int j = run.begin; j < run.end; ++j, pair += kLanes)
          matrix[static_cast<size_t>(i) * p_.keys() + j] = pair[lane];
    return matrix;
  }

  // The stage took from `begin` until now; of the first group, whose heads are all there are in a small batch.
  void note(int64_t group, AttentionStages::Stage stage, Clock::time_point begin) {
    if (group == 0) seconds_[stage] = std::chrono::duration<double>(Clock::now() - begin).count();
  }

  // For stages() and gradients(); nothing where they are not asked for.
  void keep(float* to, const QueryRow& row, const float* numbers) const {
    if (to) std::copy_n(numbers, row.pairs * kLanes, pairs(to, row.group) + row.first * kLanes);
  }

  void forward_group(int64_t group) {
    float* const weights = pairs(weights_, group);
    Clock::time_point begin = Clock::now();
    const LaneBits length = lengths(group);
    for (const Segment& segment : segments_) score(group, segment, weights + segment.pair * kLanes, length);
    note(group, AttentionStages::kScores, begin);
    if (scores_) std::copy_n(weights, p_.map->pairs() * kLanes, pairs(scores_, group));
    begin = Clock::now();
    each_row(group, [&](const QueryRow& row) {
      float* const at = weights + row.first * kLanes;
      for (RowRule* rule : rules_) rule->on_scores(row, at);
      keep(ruled_scores_, row, at);
      soften(at, row.pairs);
      keep(softmax_, row, at);
      for (RowRule* rule : rules_) rule->on_weights(row, at);
    });
    note(group, AttentionStages::kSoftmax, begin);
    begin = Clock::now();
    clear(out_of(group), p_.queries());
    for (const Segment& segment : segments_) mix(group, segment, weights + segment.pair * kLanes);
    note(group, AttentionStages::kMix, begin);
  }

  void backward_group(int64_t group) const {
    float *const weights = pairs(weights_, group), *const d_weights = pairs(d_weights_, group);
    clear(dq_of(group), p_.queries());
    clear(dk_of(group), p_.keys());
    clear(dv_of(group), p_.keys());
    std::fill_n(d_additive_ + group * p_.additive.width * kLanes, p_.additive.width * kLanes, 0.0f);
    for (const Segment& segment : segments_)
      unmix(group, segment, weights + segment.pair * kLanes, d_weights + segment.pair * kLanes);
    each_row(group, [&](const QueryRow& row) {
      float *const at = weights + row.first * kLanes, *const d_at = d_weights + row.first * kLanes;
      keep(kept_d_weights_, row, d_at);
      for (size_t rule = rules_.size(); rule-- > 0;) rules_[rule]->on_weights_backward(row, at, d_at);
      keep(d_softmax_, row, d_at);
      unsoften(at, d_at, row.pairs);
      keep(d_ruled_scores_, row, d_at);
      for (size_t rule = rules_.size(); rule-- > 0;) rules_[rule]->on_scores_backward(row, at, d_at);
    });
    for (const Segment& segment : segments_)
      p_.additive.width > 0 ? unscore_additive(group, segment, d_weights + segment.pair * kLanes)
                            : unscore(group, segment, d_weights + segment.pair * kLanes);
  }

  // Calls body(row) for each query.
  template <class Body>
  void each_row(int64_t group, const Body& body) const {
    QueryRow row;
    row.group = group;
    for (row.query = 0; row.query < p_.queries(); ++row.query, row.first += row.pairs) {
      row.runs = p_.map->runs(row.query);
      row.pairs = 0;
      for (const KeyRun& run : row.runs) row.pairs += run.end - run.begin;
      body(row);
    }
  }

  // score = scale · q · k, or v · tanh(q + k); −∞ beyond a picture's or sentence's length
  void score(int64_t group, const Segment& s, float* scores, LaneBits length) const {
    const float* const additive = p_.additive.v;
    each_chunk(p_.score_width(), [&](auto size, int d) {
      const Packed k = k_of(group).from(d);
      const auto q = Chunk<size>::of(q_of(group).from(d).token(s.query));
      float* at = scores;
      for (int j = s.begin; j < s.end; ++j, at += kLanes) {
        const Lanes part = additive ? q.dot_tanh(k.token(j), additive + d) : q.dot(k.token(j)) * splat(p_.scale);
        store(at, d == 0 ? part : load(at) + part);
      }
    });
    if (lengths_.empty()) return;
    for (int j = s.begin; j < s.end; ++j, scores += kLanes) store(scores, length > j ? load(scores) : kLowest);
  }

  // weight = e^(score − largest) / their sum
  static void soften(float* row, int64_t count) {
    float* const end = row + count * kLanes;
    Lanes largest = kLowest, total{};
    for (float* at = row; at < end; at += kLanes) largest = larger(largest, load(at));
    const Lanes base = largest == kLowest ? Lanes{} : largest;  // no key: every weight becomes e^(−∞) = 0
    for (float* at = row; at < end; at += kLanes) {
      const Lanes e = exp(load(at) - base);
      total += e;
      store(at, e);
    }
    const Lanes share = total == Lanes{} ? Lanes{} : splat(1.0f) / total;
    for (float* at = row; at < end; at += kLanes) store(at, load(at) * share);
  }

  // out += weight · v
  void mix(int64_t group, const Segment& s, const float* weights) const {
    each_chunk(p_.head_width, [&](auto size, int d) {
      const Packed v = v_of(group).from(d), out = out_of(group).from(d);
      auto mixed = Chunk<size>::of(out.token(s.query));
      const float* at = weights;
      for (int j = s.begin; j < s.end; ++j, at += kLanes) mixed.add(load(at), v.token(j));
      mixed.put(out.token(s.query));
    });
  }

  // out = Σ weight · v, so d_weight = d_out · v and dv += weight · d_out
  void unmix(int64_t group, const Segment& s, const float* weights, float* d_weights) const {
    each_chunk(p_.head_width, [&](auto size, int d) {
      const Packed v = v_of(group).from(d), dv = dv_of(group).from(d);
      const auto d_out = Chunk<size>::of(out_of(group).from(d).token(s.query));
      const float* weight = weights;
      float* at = d_weights;
      for (int j = s.begin; j < s.end; ++j, weight += kLanes, at += kLanes) {
        const Lanes part = d_out.dot(v.token(j));
        store(at, d == 0 ? part : load(at) + part);
        d_out.add_to(dv.token(j), load(weight));
      }
    });
  }

  // d_score = weight · (d_weight − Σ weight · d_weight)
  static void unsoften(const float* row, float* d_row, int64_t count) {
    Lanes along{};
    for (int64_t at = 0; at < count * kLanes; at += kLanes) along += load(row + at) * load(d_row + at);
    for (int64_t at = 0; at < count * kLanes; at += kLanes)
      store(d_row + at, load(row + at) * (load(d_row + at) - along));
  }

  // score = scale · q · k, so dq += scale · d_score · k and dk += scale · d_score · q
  void unscore(int64_t group, const Segment& s, const float* d_scores) const {
    each_chunk(p_.head_width, [&](auto size, int d) {
      const Packed k = k_of(group).from(d), dk = dk_of(group).from(d);
      float* const dq_at = dq_of(group).from(d).token(s.query);
      auto dq = Chunk<size>::of(dq_at);
      const float* at = d_scores;
      for (int j = s.begin; j < s.end; ++j, at += kLanes) dq.add(load(at) * splat(p_.scale), k.token(j));
      dq.put(dq_at);
      const auto q = Chunk<size>::of(q_of(group).from(d).token(s.query));
      at = d_scores;
      for (int j = s.begin; j < s.end; ++j, at += kLanes) q.add_to(dk.token(j), load(at) * splat(p_.scale));
    });
  }

  // score = Σ v · tanh(q + k), so with t = tanh(q + k): dq and dk += d_score · v · (1 − t²), dv += d_score · t
  void unscore_additive(int64_t group, const Segment& s, const float* d_scores) const {
    for (int d = 0; d < p_.additive.width; ++d) {
      const Lanes q = load(q_of(group).from(d).token(s.query)), v = splat(p_.additive.v[d]);
      Lanes dq{}, dv{};
      const float* at = d_scores;
      for (int j = s.begin; j < s.end; ++j, at += kLanes) {
        float* const dk = dk_of(group).from(d).token(j);
        const Lanes t = tanh(q + load(k_of(group).from(d).token(j)));
        const Lanes gradient = load(at) * v * (splat(1.0f) - t * t);
        dq += gradient;
        dv += load(at) * t;
        store(dk, load(dk) + gradient);
      }
      float* const dq_at = dq_of(group).from(d).token(s.query);
      float* const dv_at = d_additive_ + (group * p_.additive.width + d) * kLanes;
      store(dq_at, load(dq_at) + dq);
      store(dv_at, load(dv_at) + dv);
    }
  }

  void sum_additive_gradient() const {
    for (int d = 0; d < p_.additive.width; ++d) {
      Lanes total{};
      for (int64_t group = 0; group < groups_; ++group)
        total += load(d_additive_ + (group * p_.additive.width + d) * kLanes);
      p_.additive.dv[d] = sum(total);
    }
  }

  AttentionProblem p_;
  std::span<const int> lengths_;
  std::vector<RowRule*> rules_;
  std::vector<Segment> segments_;
  int64_t groups_;               // of kLanes heads
  float *q_, *k_, *dq_, *dk_;    // packed, [groups, tokens, score width, kLanes]
  float *v_, *out_, *dv_;        // packed, [groups, tokens, D, kLanes]
  float *weights_, *d_weights_;  // [groups, pairs, kLanes]
  // The same, kept for stages() and gradients(), or null; those with rules in their names only where there are rules.
  float *scores_ = nullptr, *ruled_scores_ = nullptr, *softmax_ = nullptr;
  float *kept_d_weights_ = nullptr, *d_softmax_ = nullptr, *d_ruled_scores_ = nullptr;
  std::array<double, AttentionStages::kCount> seconds_{};
  float* d_additive_;  // [groups, A, kLanes]: each group's share of the gradient of v
};

}  // namespace

std::unique_ptr<AttentionKernel> make_pair_attention(const AttentionProblem& problem, Arena& arena) {
  return std::make_unique<PairAttention>(problem, arena);
}

}  // namespace lab
