// Attention for short sequences. The vector lanes run over kLanes different (picture, head) pairs, so
// that each query walks exactly its own keys: work and memory are proportional to the pairs that exist.
// The walk goes by blocks of keys small enough to stay in the first-level cache while every query passes.

#include <algorithm>
#include <limits>
#include <vector>

#include "core/attention/attention.h"
#include "core/base/parallel.h"
#include "core/base/simd.h"

namespace lab {

namespace {

const Lanes kLowest = splat(-std::numeric_limits<float>::infinity());

// kLanes heads side by side: number d of token n is a vector at [n · width + d].
struct Packed {
  float* data;
  int width;
  float* token(int64_t n) const { return data + n * width * kLanes; }
  Packed from(int d) const { return {data + d * kLanes, width}; }
};

// The numbers of a head that are held in registers at once. Widths are worked through in chunks of
// this many, and the rest in halves of it.
constexpr int kChunk = kLanes == 16 ? 16 : 8;

// Calls body(chunk size, first number) for each chunk of `width`.
template <int kSize = kChunk, class Body>
void each_chunk(int width, const Body& body, int first = 0) {
  for (; first + kSize <= width; first += kSize) body(std::integral_constant<int, kSize>{}, first);
  if constexpr (kSize > 1) each_chunk<kSize / 2>(width, body, first);
}

// Some numbers of one token, in registers.
template <int kSize>
struct Chunk {
  Lanes at[kSize];

  static Chunk of(const float* token) {
    Chunk chunk;
    for (int d = 0; d < kSize; ++d) chunk.at[d] = load(token + d * kLanes);
    return chunk;
  }
  Lanes dot(const float* token) const {
    Lanes sums[4] = {};
    for (int d = 0; d < kSize; ++d) sums[d % 4] += at[d] * load(token + d * kLanes);
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
  void add(Lanes factor, const float* token) {
    for (int d = 0; d < kSize; ++d) at[d] += factor * load(token + d * kLanes);
  }
  void add_to(float* token, Lanes factor) const {
    for (int d = 0; d < kSize; ++d) store(token + d * kLanes, load(token + d * kLanes) + factor * at[d]);
  }
  void put(float* token) const {
    for (int d = 0; d < kSize; ++d) store(token + d * kLanes, at[d]);
  }
};

// Query `query` and keys begin … end−1; their pairs lie one after the other from `pair`, in the order of
// the query's runs.
struct Segment {
  int query, begin, end;
  int64_t pair;
};

// All segments of a map, block of keys by block of keys.
std::vector<Segment> list_segments(const TileMap& map, int keys_per_block) {
  std::vector<Segment> segments;
  for (int block = 0; block < map.keys(); block += keys_per_block) {
    int64_t pair = 0;
    for (int i = 0; i < map.queries(); ++i)
      for (const KeyRun& run : map.runs(i)) {
        const int begin = std::max(run.begin, block), end = std::min(run.end, block + keys_per_block);
        if (begin < end) segments.push_back({i, begin, end, pair + begin - run.begin});
        pair += run.end - run.begin;
      }
  }
  return segments;
}

int keys_per_block(int head_width) {
  constexpr int kBlockBytes = 16 << 10;
  return std::max(4, kBlockBytes / (head_width * kLanes * static_cast<int>(sizeof(float))));
}

class PairAttention final : public AttentionKernel {
 public:
  PairAttention(const AttentionProblem& problem, Arena& arena)
      : p_(problem),
        lengths_(problem.key_lengths.begin(), problem.key_lengths.end()),
        segments_(list_segments(*problem.map, keys_per_block(problem.head_width))),
        groups_((problem.batch * problem.heads + kLanes - 1) / kLanes) {
    p_.key_lengths = lengths_;
    for (float** side : {&q_, &out_, &dq_}) *side = arena.allocate(group_floats(p_.queries()) * groups_);
    for (float** side : {&k_, &v_, &dk_, &dv_}) *side = arena.allocate(group_floats(p_.keys()) * groups_);
    for (float** side : {&weights_, &d_weights_}) *side = arena.allocate(p_.map->pairs() * kLanes * groups_);
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    parallel_for(groups_, [&](int64_t group) {
      pack(queries(q_, group), q, group, p_.queries());
      pack(keys(k_, group), k, group, p_.keys());
      pack(keys(v_, group), v, group, p_.keys());
      forward_group(group);
      unpack(out, queries(out_, group), group, p_.queries());
    });
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    parallel_for(groups_, [&](int64_t group) {
      pack(queries(out_, group), d_out, group, p_.queries());  // `out` itself is not needed on the way back
      backward_group(group);
      unpack(dq, queries(dq_, group), group, p_.queries());
      unpack(dk, keys(dk_, group), group, p_.keys());
      unpack(dv, keys(dv_, group), group, p_.keys());
    });
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
  int64_t group_floats(int tokens) const { return int64_t{tokens} * p_.head_width * kLanes; }
  Packed queries(float* side, int64_t group) const { return {side + group * group_floats(p_.queries()), p_.head_width}; }
  Packed keys(float* side, int64_t group) const { return {side + group * group_floats(p_.keys()), p_.head_width}; }
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
      for (int d = 0; d < p_.head_width; d += kLanes) {
        const int count = std::min(kLanes, p_.head_width - d);
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
      for (int d = 0; d < p_.head_width; d += kLanes) {
        const int count = std::min(kLanes, p_.head_width - d);
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

  void forward_group(int64_t group) const {
    float* const weights = pairs(weights_, group);
    const LaneBits length = lengths(group);
    for (const Segment& segment : segments_) score(group, segment, weights + segment.pair * kLanes, length);
    each_row(weights, nullptr, [](float* row, float*, int64_t count) { soften(row, count); });
    std::fill_n(queries(out_, group).data, group_floats(p_.queries()), 0.0f);
    for (const Segment& segment : segments_) mix(group, segment, weights + segment.pair * kLanes);
  }

  void backward_group(int64_t group) const {
    float *const weights = pairs(weights_, group), *const d_weights = pairs(d_weights_, group);
    std::fill_n(queries(dq_, group).data, group_floats(p_.queries()), 0.0f);
    for (float* side : {dk_, dv_}) std::fill_n(keys(side, group).data, group_floats(p_.keys()), 0.0f);
    for (const Segment& segment : segments_)
      unmix(group, segment, weights + segment.pair * kLanes, d_weights + segment.pair * kLanes);
    each_row(weights, d_weights, [&](float* row, float* d_row, int64_t count) { unsoften(row, d_row, count); });
    for (const Segment& segment : segments_) unscore(group, segment, d_weights + segment.pair * kLanes);
  }

  // Calls body(weights, d_weights, pairs) for the row of each query.
  template <class Body>
  void each_row(float* weights, float* d_weights, const Body& body) const {
    for (int i = 0; i < p_.queries(); ++i) {
      int64_t count = 0;
      for (const KeyRun& run : p_.map->runs(i)) count += run.end - run.begin;
      body(weights, d_weights, count);
      weights += count * kLanes;
      if (d_weights) d_weights += count * kLanes;
    }
  }

  // score = scale · q · k; −∞ beyond a picture's or sentence's length
  void score(int64_t group, const Segment& s, float* scores, LaneBits length) const {
    each_chunk(p_.head_width, [&](auto size, int d) {
      const Packed k = keys(k_, group).from(d);
      const auto q = Chunk<size>::of(queries(q_, group).from(d).token(s.query));
      float* at = scores;
      for (int j = s.begin; j < s.end; ++j, at += kLanes) {
        const Lanes part = q.dot(k.token(j)) * splat(p_.scale);
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
      const Packed v = keys(v_, group).from(d), out = queries(out_, group).from(d);
      auto mixed = Chunk<size>::of(out.token(s.query));
      const float* at = weights;
      for (int j = s.begin; j < s.end; ++j, at += kLanes) mixed.add(load(at), v.token(j));
      mixed.put(out.token(s.query));
    });
  }

  // out = Σ weight · v, so d_weight = d_out · v and dv += weight · d_out
  void unmix(int64_t group, const Segment& s, const float* weights, float* d_weights) const {
    each_chunk(p_.head_width, [&](auto size, int d) {
      const Packed v = keys(v_, group).from(d), dv = keys(dv_, group).from(d);
      const auto d_out = Chunk<size>::of(queries(out_, group).from(d).token(s.query));
      const float* weight = weights;
      float* at = d_weights;
      for (int j = s.begin; j < s.end; ++j, weight += kLanes, at += kLanes) {
        const Lanes part = d_out.dot(v.token(j));
        store(at, d == 0 ? part : load(at) + part);
        d_out.add_to(dv.token(j), load(weight));
      }
    });
  }

  // d_score = weight · (d_weight − Σ weight · d_weight), times the scale
  void unsoften(const float* row, float* d_row, int64_t count) const {
    Lanes along{};
    for (int64_t at = 0; at < count * kLanes; at += kLanes) along += load(row + at) * load(d_row + at);
    for (int64_t at = 0; at < count * kLanes; at += kLanes)
      store(d_row + at, load(row + at) * (load(d_row + at) - along) * splat(p_.scale));
  }

  // score = q · k, so dq += d_score · k and dk += d_score · q
  void unscore(int64_t group, const Segment& s, const float* d_scores) const {
    each_chunk(p_.head_width, [&](auto size, int d) {
      const Packed k = keys(k_, group).from(d), dk = keys(dk_, group).from(d);
      float* const dq_at = queries(dq_, group).from(d).token(s.query);
      auto dq = Chunk<size>::of(dq_at);
      const float* at = d_scores;
      for (int j = s.begin; j < s.end; ++j, at += kLanes) dq.add(load(at), k.token(j));
      dq.put(dq_at);
      const auto q = Chunk<size>::of(queries(q_, group).from(d).token(s.query));
      at = d_scores;
      for (int j = s.begin; j < s.end; ++j, at += kLanes) q.add_to(dk.token(j), load(at));
    });
  }

  AttentionProblem p_;
  std::vector<int> lengths_;
  std::vector<Segment> segments_;
  int64_t groups_;                               // of kLanes heads
  float *q_, *k_, *v_, *out_, *dq_, *dk_, *dv_;  // packed, [groups, tokens, D, kLanes]
  float *weights_, *d_weights_;                  // [groups, pairs, kLanes]
};

}  // namespace

std::unique_ptr<AttentionKernel> make_pair_attention(const AttentionProblem& problem, Arena& arena) {
  return std::make_unique<PairAttention>(problem, arena);
}

}  // namespace lab
