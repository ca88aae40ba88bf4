// Attention for long sequences, tile by tile (Dao, "FlashAttention-2", 2023): a running maximum and sum
// replace the stored weights, and the way back computes them again. Tiles the pattern lacks are never visited.

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/attention/attention.h"
#include "core/base/parallel.h"
#include "core/base/simd.h"
#include "core/ops/matmul.h"
#include "core/ops/transpose.h"

namespace lab {

namespace {

constexpr int kTile = TileMap::kTile;
constexpr float kLowest = -std::numeric_limits<float>::infinity();

int round_up(int count, int to) { return (count + to - 1) / to * to; }

// One tile of scores or weights.
struct alignas(64) Square {
  float at[kTile][kTile];
  float* data() { return at[0]; }
};

// The rows of one tile of queries and what the softmax keeps of them.
struct TileRows {
  int begin, count;
};

class TileAttention final : public AttentionKernel {
 public:
  TileAttention(const AttentionProblem& problem, Arena& arena)
      : p_(problem),
        lengths_(problem.key_lengths.begin(), problem.key_lengths.end()),
        n_(round_up(problem.queries(), kTile)),
        m_(round_up(problem.keys(), kTile)),
        width_(round_up(problem.head_width, kLanes)),
        heads_(int64_t{problem.batch} * problem.heads) {
    for (float** side : {&q_, &out_, &d_out_, &dq_}) *side = arena.allocate(heads_ * n_ * width_);
    for (float** side : {&k_, &v_, &k_transposed_, &v_transposed_, &dk_, &dv_})
      *side = arena.allocate(heads_ * m_ * width_);
    log_sum_ = arena.allocate(heads_ * n_);
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    parallel_for(heads_, [&](int64_t head) {
      pack(q_, q, head, p_.queries(), n_);
      pack(k_, k, head, p_.keys(), m_);
      pack(v_, v, head, p_.keys(), m_);
      transpose_tiles(k_transposed_, k_, head);
    });
    const int tiles = p_.map->query_tiles();
    parallel_for(heads_ * tiles, [&](int64_t task) { forward_tile(task / tiles, static_cast<int>(task % tiles)); });
    parallel_for(heads_, [&](int64_t head) { unpack(out, out_, head, p_.queries(), n_); });
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    parallel_for(heads_, [&](int64_t head) {
      pack(d_out_, d_out, head, p_.queries(), n_);
      transpose_tiles(v_transposed_, v_, head);
      std::fill_n(dq_ + head * n_ * width_, int64_t{n_} * width_, 0.0f);
      std::fill_n(dk_ + head * m_ * width_, int64_t{m_} * width_, 0.0f);
      std::fill_n(dv_ + head * m_ * width_, int64_t{m_} * width_, 0.0f);
      for (int tile = 0; tile < p_.map->query_tiles(); ++tile) backward_tile(head, tile);
      unpack(dq, dq_, head, p_.queries(), n_);
      unpack(dk, dk_, head, p_.keys(), m_);
      unpack(dv, dv_, head, p_.keys(), m_);
    });
  }

  void weights(Tensor to) const override {
    std::fill(to.begin(), to.end(), 0.0f);
    parallel_for(heads_, [&](int64_t head) {
      Square w;
      for (int tile = 0; tile < p_.map->query_tiles(); ++tile)
        for (const KeyTile& keys : p_.map->tiles(tile)) {
          const TileRows rows = rows_of(tile);
          weigh(w, head, rows, keys);
          for (int i = 0; i < rows.count; ++i)
            std::copy_n(w.at[i], std::min(kTile, p_.keys() - keys.index * kTile),
                        to.data + (head * p_.queries() + rows.begin + i) * p_.keys() + keys.index * kTile);
        }
    });
  }

  int64_t weight_bytes() const override { return heads_ * n_ * static_cast<int64_t>(sizeof(float)); }

 private:
  float* query(float* side, int64_t head, int row) const { return side + (head * n_ + row) * width_; }
  float* key(float* side, int64_t head, int row) const { return side + (head * m_ + row) * width_; }
  TileRows rows_of(int tile) const { return {tile * kTile, std::min(kTile, p_.queries() - tile * kTile)}; }
  int length(int64_t head) const { return lengths_.empty() ? p_.keys() : lengths_[head / p_.heads]; }

  // Rows beyond the tokens, and numbers beyond the head's width, stay 0 as the arena gave them.
  void pack(float* to, HeadRows from, int64_t head, int tokens, int padded) const {
    for (int n = 0; n < tokens; ++n)
      std::copy_n(from.row(head / p_.heads, head % p_.heads, n), p_.head_width, to + (head * padded + n) * width_);
  }

  void unpack(HeadRows to, const float* from, int64_t head, int tokens, int padded) const {
    for (int n = 0; n < tokens; ++n)
      std::copy_n(from + (head * padded + n) * width_, p_.head_width, to.row(head / p_.heads, head % p_.heads, n));
  }

  // [M, width] → for each tile of keys [width, kTile].
  void transpose_tiles(float* to, float* from, int64_t head) const {
    for (int tile = 0; tile < m_; tile += kTile)
      transpose(key(to, head, tile), kTile, key(from, head, tile), width_, kTile, width_);
  }

  // scores [rows, kTile] = scale · q·kᵀ, −∞ where a pair does not exist
  void score(Square& scores, int64_t head, TileRows rows, const KeyTile& keys) const {
    const int first = keys.index * kTile;
    matmul(Into::kOverwrite, scores.data(), kTile, MatrixView::rows(query(q_, head, rows.begin), width_),
           key(k_transposed_, head, first), kTile, rows.count, kTile, p_.head_width);
    for (int i = 0; i < rows.count; ++i)
      for (int j = 0; j < kTile; ++j) scores.at[i][j] *= p_.scale;
    if (!keys.full || first + kTile > length(head)) remove_absent(scores, head, rows, first);
  }

  void remove_absent(Square& scores, int64_t head, TileRows rows, int first) const {
    const int end = std::min(first + kTile, length(head));
    for (int i = 0; i < rows.count; ++i) {
      int next = first;  // keys before it are decided
      for (const KeyRun& run : p_.map->runs(rows.begin + i)) {
        const int begin = std::max(run.begin, next), stop = std::min(run.end, end);
        if (stop <= begin) continue;
        std::fill(scores.at[i] + (next - first), scores.at[i] + (begin - first), kLowest);
        next = stop;
      }
      std::fill(scores.at[i] + (next - first), scores.at[i] + kTile, kLowest);
    }
  }

  void forward_tile(int64_t head, int tile) const {
    const TileRows rows = rows_of(tile);
    Square scores;
    float largest[kTile], total[kTile];
    std::fill_n(largest, kTile, kLowest);
    std::fill_n(total, kTile, 0.0f);
    float* out = query(out_, head, rows.begin);
    std::fill_n(out, int64_t{rows.count} * width_, 0.0f);
    for (const KeyTile& keys : p_.map->tiles(tile)) {
      if (keys.index * kTile >= length(head)) break;
      score(scores, head, rows, keys);
      for (int i = 0; i < rows.count; ++i)
        soften(scores.at[i], largest[i], total[i], out + i * width_);
      matmul(Into::kAdd, out, width_, MatrixView::rows(scores.data(), kTile), key(v_, head, keys.index * kTile), width_,
             rows.count, width_, kTile);
    }
    for (int i = 0; i < rows.count; ++i) {
      const float share = total[i] > 0 ? 1 / total[i] : total[i];  // no key: 0; NaN stays NaN
      for (int d = 0; d < width_; ++d) out[i * width_ + d] *= share;
      // +∞ for a row with no key makes each of its weights e^(−∞) = 0
      log_sum_[head * n_ + rows.begin + i] = total[i] == 0 ? -kLowest : largest[i] + std::log(total[i]);
    }
  }

  // One row of one tile: scores become e^(score − largest); what was summed before is rescaled to the new largest.
  void soften(float* row, float& largest, float& total, float* out) const {
    Lanes highest = splat(largest);
    for (int j = 0; j < kTile; j += kLanes) highest = larger(highest, load(row + j));
    float now = largest;
    for (int lane = 0; lane < kLanes; ++lane) now = std::max(now, highest[lane]);
    if (now == kLowest) now = 0;  // no key so far
    if (now != largest) {
      const float shrink = std::exp(largest - now);
      total *= shrink;
      for (int d = 0; d < width_; ++d) out[d] *= shrink;
      largest = now;
    }
    Lanes sums{};
    for (int j = 0; j < kTile; j += kLanes) {
      const Lanes e = exp(load(row + j) - splat(now));
      store(row + j, e);
      sums += e;
    }
    total += sum(sums);
  }

  // weights [rows, kTile] = e^(score − log Σ e^score)
  void weigh(Square& w, int64_t head, TileRows rows, const KeyTile& keys) const {
    score(w, head, rows, keys);
    for (int i = 0; i < rows.count; ++i) {
      const Lanes log_sum = splat(log_sum_[head * n_ + rows.begin + i]);
      for (int j = 0; j < kTile; j += kLanes) store(w.at[i] + j, exp(load(w.at[i] + j) - log_sum));
    }
  }

  void backward_tile(int64_t head, int tile) const {
    const TileRows rows = rows_of(tile);
    const float *q = query(q_, head, rows.begin), *d_out = query(d_out_, head, rows.begin);
    const float* out = query(out_, head, rows.begin);
    float* dq = query(dq_, head, rows.begin);
    float along[kTile];  // Σ w·dw of each row, which is d_out · out
    for (int i = 0; i < rows.count; ++i) {
      along[i] = 0;
      for (int d = 0; d < p_.head_width; ++d) along[i] += d_out[i * width_ + d] * out[i * width_ + d];
    }
    Square w, d;
    for (const KeyTile& keys : p_.map->tiles(tile)) {
      const int first = keys.index * kTile;
      if (first >= length(head)) break;
      weigh(w, head, rows, keys);
      // out = w · v, so dv += wᵀ · d_out and dw = d_out · vᵀ
      matmul(Into::kAdd, key(dv_, head, first), width_, MatrixView::transposed(w.data(), kTile), d_out, width_, kTile,
             width_, rows.count);
      matmul(Into::kOverwrite, d.data(), kTile, MatrixView::rows(d_out, width_), key(v_transposed_, head, first), kTile,
             rows.count, kTile, p_.head_width);
      // d_score = w · (dw − Σ w·dw), times the scale
      for (int i = 0; i < rows.count; ++i)
        for (int j = 0; j < kTile; ++j) d.at[i][j] = w.at[i][j] * (d.at[i][j] - along[i]) * p_.scale;
      // score = q · kᵀ, so dq += d · k and dk += dᵀ · q
      matmul(Into::kAdd, dq, width_, MatrixView::rows(d.data(), kTile), key(k_, head, first), width_, rows.count, width_,
             kTile);
      matmul(Into::kAdd, key(dk_, head, first), width_, MatrixView::transposed(d.data(), kTile), q, width_, kTile,
             width_, rows.count);
    }
  }

  AttentionProblem p_;
  std::vector<int> lengths_;
  int n_, m_, width_;  // queries, keys and head width, padded to whole tiles and vectors
  int64_t heads_;      // B·H
  float *q_, *out_, *d_out_, *dq_;                              // [B·H, n_, width_]
  float *k_, *v_, *k_transposed_, *v_transposed_, *dk_, *dv_;  // [B·H, m_, width_]
  float* log_sum_;                                              // [B·H, n_]: log Σ e^score of each query
};

}  // namespace

std::unique_ptr<AttentionKernel> make_tile_attention(const AttentionProblem& problem, Arena& arena) {
  return std::make_unique<TileAttention>(problem, arena);
}

}  // namespace lab
