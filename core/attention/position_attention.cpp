#include "core/attention/position_attention.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/simd.h"

namespace lab {

namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

// All lanes added, halves upon halves: a sum for every pair must not wait for one lane after the other.
float sum_of_halves(Lanes x) {
  for (int step = kLanes / 2; step > 0; step /= 2) {
    LaneBits other;
    for (int lane = 0; lane < kLanes; ++lane) other[lane] = lane ^ step;
    x += __builtin_shuffle(x, other);
  }
  return x[0];
}

// One table of weights serves all heads where the logits are fixed, and all pictures where none has padding.
class PositionAttention final : public AttentionKernel {
 public:
  PositionAttention(const AttentionProblem& problem, PositionLogit fixed, ScoreTensor learned, Arena& arena)
      : p_(problem),
        lengths_(problem.key_lengths),
        fixed_(std::move(fixed)),
        logits_(learned),
        head_tables_(fixed_ ? 1 : p_.heads),
        tables_(head_tables_ * (lengths_.empty() ? 1 : p_.batch)),
        computed_once_(fixed_ && lengths_.empty()),
        weights_(computed_once_ ? arena.allocate_lasting(tables_ * p_.map->pairs())
                                : arena.allocate(tables_ * p_.map->pairs())) {
    if (!fixed_) d_row_ = arena.allocate(int64_t{p_.heads} * p_.keys());
  }

  void forward(HeadRows, HeadRows, HeadRows v, HeadRows out) override {
    v_ = v;
    if (!computed_once_ || !computed_) parallel_for(tables_, [&](int64_t table) { compute(table); });
    computed_ = true;
    parallel_for(int64_t{p_.batch} * p_.heads, [&](int64_t index) {
      const int64_t b = index / p_.heads, h = index % p_.heads;
      each_row(weights_of(b, h), [&](int i, const float* weight, int64_t) {
        for (int d = 0; d < p_.head_width; d += kLanes) {
          Lanes mixed{};
          const int count = p_.head_width - d;
          for_keys(i, [&](int j, int64_t n) {
            if (weight[n] != 0) mixed += splat(weight[n]) * load_some(v.row(b, h, j) + d, count);
          });
          store_some(out.row(b, h, i) + d, mixed, count);
        }
      });
    });
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    // What all pictures of a head share, its logits, they add to one after the other.
    const int64_t together = fixed_ ? 1 : p_.batch;
    parallel_for(int64_t{p_.batch} * p_.heads / together, [&](int64_t index) {
      const int64_t h = index % p_.heads, first = fixed_ ? index / p_.heads : 0;
      if (!fixed_) std::fill_n(logits_.gradient.data + h * p_.map->pairs(), p_.map->pairs(), 0.0f);
      for (int64_t b = first; b < first + together; ++b) {
        clear(dq, b, h, p_.queries());
        clear(dk, b, h, p_.keys());
        clear(dv, b, h, p_.keys());
        backward_head(b, h, d_out, dv);
      }
    });
  }

  void weights(Tensor to) const override {
    std::fill(to.begin(), to.end(), 0.0f);
    for (int64_t index = 0; index < int64_t{p_.batch} * p_.heads; ++index)
      each_row(weights_of(index / p_.heads, index % p_.heads), [&](int i, const float* weight, int64_t) {
        float* row = to.data + (index * p_.queries() + i) * p_.keys();
        for_keys(i, [&](int j, int64_t n) { row[j] = weight[n]; });
      });
  }

  int64_t weight_bytes() const override { return tables_ * p_.map->pairs() * static_cast<int64_t>(sizeof(float)); }

 private:
  float* table(int64_t index) const { return weights_ + index * p_.map->pairs(); }
  const float* weights_of(int64_t b, int64_t h) const {
    return table((lengths_.empty() ? 0 : b * head_tables_) + (fixed_ ? 0 : h));
  }

  // Calls body(query, its first weight, that weight's pair) for each query.
  template <class Number, class Body>
  void each_row(Number* weights, const Body& body) const {
    int64_t pair = 0;
    for (int i = 0; i < p_.queries(); ++i) {
      body(i, weights + pair, pair);
      for (const KeyRun& run : p_.map->runs(i)) pair += run.end - run.begin;
    }
  }
  // Calls body(key, its number among the query's pairs) for each.
  template <class Body>
  int64_t for_keys(int i, const Body& body) const {
    int64_t n = 0;
    for (const KeyRun& run : p_.map->runs(i))
      for (int j = run.begin; j < run.end; ++j) body(j, n++);
    return n;
  }

  void compute(int64_t index) const {
    const int length = lengths_.empty() ? p_.keys() : lengths_[index / head_tables_];
    const float* logits = fixed_ ? nullptr : logits_.value.data + index % head_tables_ * p_.map->pairs();
    each_row(table(index), [&](int i, float* row, int64_t pair) {
      const int64_t count = for_keys(i, [&](int j, int64_t n) {
        row[n] = j >= length ? kLowest : logits ? logits[pair + n] : fixed_(i, j);
      });
      soften(row, count);
    });
  }

  // weight = e^(logit − largest) / their sum; a row without keys is zeros.
  static void soften(float* row, int64_t count) {
    float largest = kLowest, total = 0;
    for (int64_t n = 0; n < count; ++n) largest = std::max(largest, row[n]);
    if (largest == kLowest) largest = 0;
    for (int64_t n = 0; n < count; ++n) total += row[n] = std::exp(row[n] - largest);
    const float share = total == 0 ? 0 : 1 / total;
    for (int64_t n = 0; n < count; ++n) row[n] *= share;
  }

  // out = Σ weight · v, so dv += weight · d_out and d_weight = d_out · v;
  // d_logit = weight · (d_weight − Σ weight · d_weight)
  void backward_head(int64_t b, int64_t h, HeadRows d_out, HeadRows dv) const {
    float* const d_row = fixed_ ? nullptr : d_row_ + h * p_.keys();
    each_row(weights_of(b, h), [&](int i, const float* weight, int64_t pair) {
      const float* d = d_out.row(b, h, i);
      float along = 0;
      const int64_t count = for_keys(i, [&](int j, int64_t n) {
        add(dv.row(b, h, j), weight[n], d);
        if (d_row) along += weight[n] * (d_row[n] = dot(d, v_.row(b, h, j)));
      });
      if (!d_row) return;
      float* const d_logit = logits_.gradient.data + h * p_.map->pairs() + pair;
      for (int64_t n = 0; n < count; ++n) d_logit[n] += weight[n] * (d_row[n] - along);
    });
  }

  void clear(HeadRows rows, int64_t b, int64_t h, int tokens) const {
    for (int n = 0; n < tokens; ++n) std::fill_n(rows.row(b, h, n), p_.head_width, 0.0f);
  }
  // y += weight · x; what has no weight takes no work.
  void add(float* y, float weight, const float* x) const {
    if (weight == 0) return;
    for (int d = 0; d < p_.head_width; d += kLanes) {
      const int count = p_.head_width - d;
      store_some(y + d, load_some(y + d, count) + splat(weight) * load_some(x + d, count), count);
    }
  }
  float dot(const float* a, const float* b) const {
    Lanes total{};
    for (int d = 0; d < p_.head_width; d += kLanes)
      total += load_some(a + d, p_.head_width - d) * load_some(b + d, p_.head_width - d);
    return sum_of_halves(total);
  }

  AttentionProblem p_;
  std::span<const int> lengths_;
  PositionLogit fixed_;  // empty: they are learned
  ScoreTensor logits_;   // [H, pairs]
  int64_t head_tables_, tables_;
  bool computed_once_;
  float* weights_;          // [tables, pairs]
  float* d_row_ = nullptr;  // [H, M], of the query that is gone through
  bool computed_ = false;
  HeadRows v_;
};

}  // namespace

std::unique_ptr<AttentionKernel> make_position_attention(const AttentionProblem& problem, PositionLogit logit,
                                                         Arena& arena) {
  validate(problem);
  return std::make_unique<PositionAttention>(problem, std::move(logit), ScoreTensor{}, arena);
}

std::unique_ptr<AttentionKernel> make_position_attention(const AttentionProblem& problem, ScoreTensor logits,
                                                         Arena& arena) {
  validate(problem);
  return std::make_unique<PositionAttention>(problem, PositionLogit{}, logits, arena);
}

PositionLogit uniform_logit() {
  return [](int, int) { return 0.0f; };
}

PositionLogit gaussian_logit(const Geometry& geometry, float sigma) {
  return [geometry, sigma](int query, int key) {
    const float deviations = geometry.distance(query, key) / sigma;
    return -0.5f * deviations * deviations;
  };
}

PositionLogit no_logit() {
  return [](int, int) { return kLowest; };
}

PositionLogit identity_logit() {
  return [](int query, int key) { return query == key ? 0.0f : kLowest; };
}

}  // namespace lab
