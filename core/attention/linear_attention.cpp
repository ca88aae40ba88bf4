// With a column of ones beside v, numerator and denominator are one product: y = φ(q) · Σ φ(k)ᵀ·[v 1], and
// out = y's numbers over its last. What runs along the sequence are the sums, chunk by chunk: a causal query reads
// the sums before its chunk, and the few pairs within the chunk one by one.

#include "core/attention/linear_attention.h"

#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/simd.h"
#include "core/ops/matmul.h"
#include "core/ops/transpose.h"

namespace lab {

namespace {

constexpr int kChunk = 32;  // tokens

// A denominator below this counts as none: its inverse would overflow on the way back.
constexpr float kSmallest = 1e-30f;

int64_t round_up(int64_t count, int64_t to) { return (count + to - 1) / to * to; }

// φ(x) = elu(x) + 1 = x + 1 where x > 0, eˣ elsewhere; so φ′ = min(φ, 1).
Lanes feature(Lanes x) { return x > Lanes{} ? x + splat(1.0f) : exp(x); }
Lanes feature_slope(Lanes feature) { return smaller(feature, splat(1.0f)); }

// The tokens of a chunk that there are: `queries` rows of q and `keys` rows of k, from `begin` on.
struct Chunk {
  int begin, queries, keys;
};

struct Square {
  alignas(64) float at[kChunk][kChunk];
  const float* data() const { return at[0]; }
};

class LinearAttention final : public AttentionKernel {
 public:
  LinearAttention(const AttentionProblem& problem, Arena& arena)
      : p_(problem),
        lengths_(problem.key_lengths),
        causal_(problem.map->pattern().causal),
        heads_(int64_t{problem.batch} * problem.heads),
        width_(round_up(problem.head_width, kLanes)),
        value_width_(round_up(problem.head_width + 1, kLanes)) {
    q_ = arena.allocate(heads_ * p_.queries() * width_);
    k_ = arena.allocate(heads_ * p_.keys() * width_);
    v_ = arena.allocate(heads_ * p_.keys() * value_width_);
    for (float** side : {&y_, &dy_}) *side = arena.allocate(heads_ * p_.queries() * value_width_);
    for (float** sums : {&sums_, &transposed_sums_}) *sums = arena.allocate(heads_ * width_ * value_width_);
    for (float** side : {&rows_, &transposed_rows_}) *side = arena.allocate(heads_ * kChunk * value_width_);
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    parallel_for(heads_, [&](int64_t index) {
      const Head head = head_of(index);
      for (int i = 0; i < p_.queries(); ++i) store_features(head.q + i * width_, row(q, index, i));
      for (int j = 0; j < p_.keys(); ++j) store_key(head, j, row(k, index, j), row(v, index, j));
      mix(head);
      for (int i = 0; i < p_.queries(); ++i) normalise(head.y + i * value_width_, row(out, index, i));
    });
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    parallel_for(heads_, [&](int64_t index) {
      const Head head = head_of(index);
      for (int i = 0; i < p_.queries(); ++i)
        normalise_backward(head.dy + i * value_width_, head.y + i * value_width_, row(d_out, index, i));
      backward_queries(head, index, dq);
      backward_keys(head, index, dk, dv);
    });
  }

  void weights(Tensor to) const override {
    parallel_for(heads_, [&](int64_t index) {
      const Head head = head_of(index);
      for (int i = 0; i < p_.queries(); ++i) {
        float* weight = to.data + (index * p_.queries() + i) * p_.keys();
        const int seen = causal_ ? std::min(i + 1, p_.keys()) : p_.keys();
        const float share = inverse(head.y[i * value_width_ + p_.head_width]);
        for (int j = 0; j < seen; ++j) weight[j] = share * dot(head.q + i * width_, head.k + j * width_);
        std::fill(weight + seen, weight + p_.keys(), 0.0f);
      }
    });
  }

  // The denominators.
  int64_t weight_bytes() const override { return heads_ * p_.queries() * static_cast<int64_t>(sizeof(float)); }

 private:
  // One head's memory.
  struct Head {
    int keys;                // that exist
    float *q, *k;            // φ(q) [N, width], φ(k) [M, width]
    float* v;                // [v 1] [M, value_width]
    float *y, *dy;           // [N, value_width]: out, and the denominator beside it
    float* sums;             // [width, value_width], Σ φ(k)ᵀ·[v 1]; on the way back Σ φ(q)ᵀ·dy
    float* transposed_sums;  // [value_width, width]
    float* rows;             // [kChunk, value_width], what is being computed of one chunk
    float* transposed_rows;  // [value_width, kChunk]
  };

  Head head_of(int64_t index) const {
    const int64_t n = p_.queries(), m = p_.keys(), sums = width_ * value_width_, rows = kChunk * value_width_;
    return {lengths_.empty() ? p_.keys() : lengths_[index / p_.heads],
            q_ + index * n * width_,
            k_ + index * m * width_,
            v_ + index * m * value_width_,
            y_ + index * n * value_width_,
            dy_ + index * n * value_width_,
            sums_ + index * sums,
            transposed_sums_ + index * sums,
            rows_ + index * rows,
            transposed_rows_ + index * rows};
  }

  float* row(HeadRows rows, int64_t index, int n) const { return rows.row(index / p_.heads, index % p_.heads, n); }
  int chunks() const { return (std::max(p_.queries(), p_.keys()) + kChunk - 1) / kChunk; }
  Chunk chunk(int index) const {
    const int begin = index * kChunk;
    return {begin, std::clamp(p_.queries() - begin, 0, kChunk), std::clamp(p_.keys() - begin, 0, kChunk)};
  }

  // Numbers beyond the true width are 0.
  void store_features(float* to, const float* x) const {
    for (int c = 0; c < p_.head_width; c += kLanes)
      store_some(to + c, feature(load_some(x + c, p_.head_width - c)), p_.head_width - c);
    std::fill(to + p_.head_width, to + width_, 0.0f);
  }

  // Keys that do not exist are zeros, in features and values.
  void store_key(const Head& head, int j, const float* k, const float* v) const {
    float *features = head.k + j * width_, *values = head.v + j * value_width_;
    if (j < head.keys) {
      store_features(features, k);
      std::copy_n(v, p_.head_width, values);
      values[p_.head_width] = 1;
      std::fill(values + p_.head_width + 1, values + value_width_, 0.0f);
    } else {
      std::fill_n(features, width_, 0.0f);
      std::fill_n(values, value_width_, 0.0f);
    }
  }

  // A row without keys gives zeros; NaN stays NaN.
  static float inverse(float denominator) { return denominator < kSmallest ? 0 : 1 / denominator; }

  // out = y / denominator, kept in y too.
  void normalise(float* y, float* out) const {
    const float share = inverse(y[p_.head_width]);
    for (int d = 0; d < p_.head_width; ++d) out[d] = y[d] *= share;
  }

  // d_out → d_y: d_out / denominator, and −d_out·out / denominator for the denominator itself.
  void normalise_backward(float* dy, const float* y, const float* d_out) const {
    const float share = inverse(y[p_.head_width]);
    float along = 0;
    for (int d = 0; d < p_.head_width; ++d) {
      dy[d] = d_out[d] * share;
      along += d_out[d] * y[d];
    }
    dy[p_.head_width] = -along * share;
    std::fill(dy + p_.head_width + 1, dy + value_width_, 0.0f);
  }

  float dot(const float* a, const float* b) const {
    Lanes total{};
    for (int c = 0; c < width_; c += kLanes) total += load(a + c) * load(b + c);
    return sum(total);
  }

  // sums [a_width, b_width] += aᵀ · b over the rows of a chunk.
  static void add_rows(float* sums, const float* a, int64_t a_width, const float* b, int64_t b_width, int rows) {
    matmul(Into::kAdd, sums, b_width, MatrixView::transposed(a, a_width), b, b_width, a_width, b_width, rows);
  }
  void add_keys(const Head& head, const Chunk& c) const {
    add_rows(head.sums, head.k + c.begin * width_, width_, head.v + c.begin * value_width_, value_width_, c.keys);
  }
  void add_queries(const Head& head, const Chunk& c) const {
    add_rows(head.sums, head.q + c.begin * width_, width_, head.dy + c.begin * value_width_, value_width_, c.queries);
  }

  // The pairs within a chunk: a [queries, width] · bᵀ [width, keys], 0 where the key is later.
  static void pairs_within(Square& pairs, const Head& head, const Chunk& c, const float* a, const float* b,
                           int64_t width) {
    transpose(head.transposed_rows, kChunk, b, width, c.keys, width);
    matmul(Into::kOverwrite, pairs.at[0], kChunk, MatrixView::rows(a, width), head.transposed_rows, kChunk, c.queries,
           c.keys, width);
    for (int i = 0; i < c.queries; ++i) std::fill(pairs.at[i] + std::min(i + 1, c.keys), pairs.at[i] + c.keys, 0.0f);
  }
  void weights_within(Square& pairs, const Head& head, const Chunk& c) const {
    pairs_within(pairs, head, c, head.q + c.begin * width_, head.k + c.begin * width_, width_);
  }
  void d_weights_within(Square& pairs, const Head& head, const Chunk& c) const {
    pairs_within(pairs, head, c, head.dy + c.begin * value_width_, head.v + c.begin * value_width_, value_width_);
  }

  // y = φ(q) · Σ φ(k)ᵀ·[v 1]
  void mix(const Head& head) const {
    std::fill_n(head.sums, width_ * value_width_, 0.0f);
    if (!causal_)
      for (int index = 0; index < chunks(); ++index) add_keys(head, chunk(index));
    for (int index = 0; index < chunks(); ++index) {
      const Chunk c = chunk(index);
      float* y = head.y + c.begin * value_width_;
      matmul(Into::kOverwrite, y, value_width_, MatrixView::rows(head.q + c.begin * width_, width_), head.sums,
             value_width_, c.queries, value_width_, width_);
      if (!causal_) continue;
      Square pairs;
      weights_within(pairs, head, c);
      matmul(Into::kAdd, y, value_width_, MatrixView::rows(pairs.data(), kChunk), head.v + c.begin * value_width_,
             value_width_, c.queries, value_width_, c.keys);
      add_keys(head, c);
    }
  }

  // d_φ(q) = dy · (Σ φ(k)ᵀ·[v 1])ᵀ, the sums running along as they did.
  void backward_queries(const Head& head, int64_t index, HeadRows dq) const {
    if (causal_)
      std::fill_n(head.transposed_sums, width_ * value_width_, 0.0f);
    else
      transpose(head.transposed_sums, width_, head.sums, value_width_, width_, value_width_);
    for (int number = 0; number < chunks(); ++number) {
      const Chunk c = chunk(number);
      const float *k = head.k + c.begin * width_, *v = head.v + c.begin * value_width_;
      matmul(Into::kOverwrite, head.rows, width_, MatrixView::rows(head.dy + c.begin * value_width_, value_width_),
             head.transposed_sums, width_, c.queries, width_, value_width_);
      if (causal_) {
        Square pairs;
        d_weights_within(pairs, head, c);
        matmul(Into::kAdd, head.rows, width_, MatrixView::rows(pairs.data(), kChunk), k, width_, c.queries, width_,
               c.keys);
        add_rows(head.transposed_sums, v, value_width_, k, width_, c.keys);
      }
      give_slopes(dq, index, c.begin, c.queries, head.rows, head.q);
    }
  }

  // d_φ(k) = [v 1] · (Σ φ(q)ᵀ·dy)ᵀ and d_[v 1] = φ(k) · Σ φ(q)ᵀ·dy, the sums running along from the end.
  void backward_keys(const Head& head, int64_t index, HeadRows dk, HeadRows dv) const {
    std::fill_n(head.sums, width_ * value_width_, 0.0f);
    if (!causal_)
      for (int number = 0; number < chunks(); ++number) add_queries(head, chunk(number));
    for (int number = chunks() - 1; number >= 0; --number) {
      const Chunk c = chunk(number);
      backward_key_features(head, c, index, dk);
      backward_values(head, c, index, dv);
      if (causal_) add_queries(head, c);
    }
  }

  void backward_key_features(const Head& head, const Chunk& c, int64_t index, HeadRows dk) const {
    transpose(head.transposed_sums, width_, head.sums, value_width_, width_, value_width_);
    matmul(Into::kOverwrite, head.rows, width_, MatrixView::rows(head.v + c.begin * value_width_, value_width_),
           head.transposed_sums, width_, c.keys, width_, value_width_);
    if (causal_) {
      Square pairs;
      d_weights_within(pairs, head, c);
      matmul(Into::kAdd, head.rows, width_, MatrixView::transposed(pairs.data(), kChunk), head.q + c.begin * width_,
             width_, c.keys, width_, c.queries);
    }
    give_slopes(dk, index, c.begin, c.keys, head.rows, head.k);
  }

  void backward_values(const Head& head, const Chunk& c, int64_t index, HeadRows dv) const {
    matmul(Into::kOverwrite, head.rows, value_width_, MatrixView::rows(head.k + c.begin * width_, width_), head.sums,
           value_width_, c.keys, value_width_, width_);
    if (causal_) {
      Square pairs;
      weights_within(pairs, head, c);
      matmul(Into::kAdd, head.rows, value_width_, MatrixView::transposed(pairs.data(), kChunk),
             head.dy + c.begin * value_width_, value_width_, c.keys, value_width_, c.queries);
    }
    for (int j = 0; j < c.keys; ++j)
      std::copy_n(head.rows + j * value_width_, p_.head_width, row(dv, index, c.begin + j));
  }

  // d_x = d_φ(x) · φ′(x) of some rows.
  void give_slopes(HeadRows dx, int64_t index, int begin, int count, const float* d_features,
                   const float* features) const {
    for (int n = 0; n < count; ++n) {
      float* to = row(dx, index, begin + n);
      const float *d = d_features + n * width_, *f = features + (begin + n) * width_;
      for (int c = 0; c < p_.head_width; c += kLanes)
        store_some(to + c, load(d + c) * feature_slope(load(f + c)), p_.head_width - c);
    }
  }

  AttentionProblem p_;
  std::span<const int> lengths_;
  bool causal_;
  int64_t heads_, width_, value_width_;
  float *q_, *k_, *v_, *y_, *dy_, *sums_, *transposed_sums_, *rows_, *transposed_rows_;  // of all heads: see Head
};

}  // namespace

std::unique_ptr<AttentionKernel> make_linear_attention(const AttentionProblem& problem, Arena& arena) {
  const Pattern& pattern = problem.map->pattern();
  if (pattern.kind != "dense")
    throw Error("Linear attention works on the dense pattern, causal or not; this one is {}.", text(pattern));
  validate(problem);
  return std::make_unique<LinearAttention>(problem, arena);
}

int64_t linear_attention_multiply_adds(const AttentionProblem& problem) {
  constexpr int64_t kPasses = 3;  // forward, and two on the way back
  const int64_t tokens = int64_t{problem.queries()} + problem.keys(), width = problem.head_width;
  return kPasses * tokens * width * (width + 1) * problem.batch * problem.heads;
}

}  // namespace lab
