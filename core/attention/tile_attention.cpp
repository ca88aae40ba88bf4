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
        lengths_(problem.key_lengths),
        n_(round_up(problem.queries(), kTile)),
        m_(round_up(problem.keys(), kTile)),
        width_(round_up(problem.head_width, kLanes)),
        score_width_(round_up(problem.score_width(), kLanes)),
        heads_(int64_t{problem.batch} * problem.heads) {
    for (float** side : {&q_, &dq_}) *side = arena.allocate(heads_ * n_ * score_width_);
    for (float** side : {&k_, &k_transposed_, &dk_}) *side = arena.allocate(heads_ * m_ * score_width_);
    for (float** side : {&out_, &d_out_}) *side = arena.allocate(heads_ * n_ * width_);
    for (float** side : {&v_, &v_transposed_, &dv_}) *side = arena.allocate(heads_ * m_ * width_);
    d_additive_ = arena.allocate(heads_ * problem.additive.width);
    for (float** kept : {&largest_, &share_}) *kept = arena.allocate(heads_ * n_);
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    parallel_for(heads_, [&](int64_t head) {
      pack(q_of(head, 0), score_width_, q, head, p_.queries(), p_.score_width());
      pack(k_of(head, 0), score_width_, k, head, p_.keys(), p_.score_width());
      pack(v_of(head, 0), width_, v, head, p_.keys(), p_.head_width);
      transpose_tiles(side(k_transposed_, head, m_, score_width_, 0), k_of(head, 0), score_width_);
    });
    const int tiles = p_.map->query_tiles();
    parallel_for(heads_ * tiles, [&](int64_t task) { forward_tile(task / tiles, static_cast<int>(task % tiles)); });
    parallel_for(heads_,
                 [&](int64_t head) { unpack(out, out_of(head, 0), width_, head, p_.queries(), p_.head_width); });
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    parallel_for(heads_, [&](int64_t head) {
      pack(d_out_of(head, 0), width_, d_out, head, p_.queries(), p_.head_width);
      transpose_tiles(side(v_transposed_, head, m_, width_, 0), v_of(head, 0), width_);
      std::fill_n(dq_of(head, 0), int64_t{n_} * score_width_, 0.0f);
      std::fill_n(dk_of(head, 0), int64_t{m_} * score_width_, 0.0f);
      std::fill_n(dv_of(head, 0), int64_t{m_} * width_, 0.0f);
      std::fill_n(d_additive_ + head * p_.additive.width, p_.additive.width, 0.0f);
      for (int tile = 0; tile < p_.map->query_tiles(); ++tile) backward_tile(head, tile);
      unpack(dq, dq_of(head, 0), score_width_, head, p_.queries(), p_.score_width());
      unpack(dk, dk_of(head, 0), score_width_, head, p_.keys(), p_.score_width());
      unpack(dv, dv_of(head, 0), width_, head, p_.keys(), p_.head_width);
    });
    for (int a = 0; a < p_.additive.width; ++a) {
      p_.additive.dv[a] = 0;
      for (int64_t head = 0; head < heads_; ++head) p_.additive.dv[a] += d_additive_[head * p_.additive.width + a];
    }
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

  int64_t weight_bytes() const override { return 2 * heads_ * n_ * static_cast<int64_t>(sizeof(float)); }

 private:
  // Row `row` of one head in one of the padded sides.
  static float* side(float* data, int64_t head, int rows, int width, int row) {
    return data + (head * rows + row) * width;
  }
  float* q_of(int64_t head, int row) const { return side(q_, head, n_, score_width_, row); }
  float* dq_of(int64_t head, int row) const { return side(dq_, head, n_, score_width_, row); }
  float* out_of(int64_t head, int row) const { return side(out_, head, n_, width_, row); }
  float* d_out_of(int64_t head, int row) const { return side(d_out_, head, n_, width_, row); }
  float* k_of(int64_t head, int row) const { return side(k_, head, m_, score_width_, row); }
  float* dk_of(int64_t head, int row) const { return side(dk_, head, m_, score_width_, row); }
  float* v_of(int64_t head, int row) const { return side(v_, head, m_, width_, row); }
  float* dv_of(int64_t head, int row) const { return side(dv_, head, m_, width_, row); }
  // A tile of keys or values, transposed: [width, kTile].
  float* k_tile(int64_t head, int first) const { return side(k_transposed_, head, m_, score_width_, first); }
  float* v_tile(int64_t head, int first) const { return side(v_transposed_, head, m_, width_, first); }
  TileRows rows_of(int tile) const { return {tile * kTile, std::min(kTile, p_.queries() - tile * kTile)}; }
  int length(int64_t head) const { return lengths_.empty() ? p_.keys() : lengths_[head / p_.heads]; }

  // Rows beyond the tokens, and numbers beyond the true width, are 0.
  void pack(float* to, int to_width, HeadRows from, int64_t head, int tokens, int width) const {
    for (int n = 0; n < tokens; ++n) {
      float* const row = to + int64_t{n} * to_width;
      std::copy_n(from.row(head / p_.heads, head % p_.heads, n), width, row);
      std::fill(row + width, row + to_width, 0.0f);
    }
    const int rows = round_up(tokens, kTile);
    std::fill(to + int64_t{tokens} * to_width, to + int64_t{rows} * to_width, 0.0f);
  }

  void unpack(HeadRows to, const float* from, int from_width, int64_t head, int tokens, int width) const {
    for (int n = 0; n < tokens; ++n)
      std::copy_n(from + int64_t{n} * from_width, width, to.row(head / p_.heads, head % p_.heads, n));
  }

  // [M, width] → for each tile of keys [width, kTile].
  void transpose_tiles(float* to, const float* from, int width) const {
    for (int64_t row = 0; row < m_; row += kTile)
      transpose(to + row * width, kTile, from + row * width, width, kTile, width);
  }

  // scores [rows, kTile] = scale · q·kᵀ or v · tanh(q + k), −∞ where a pair does not exist
  void score(Square& scores, int64_t head, TileRows rows, const KeyTile& keys) const {
    const int first = keys.index * kTile;
    if (p_.additive.width > 0) {
      score_additive(scores, head, rows, first);
    } else {
      matmul(Into::kOverwrite, scores.data(), kTile, MatrixView::rows(q_of(head, rows.begin), score_width_),
             k_tile(head, first), kTile, rows.count, kTile, p_.head_width);
      for (int i = 0; i < rows.count; ++i)
        for (int j = 0; j < kTile; ++j) scores.at[i][j] *= p_.scale;
    }
    if (!keys.full || first + kTile > length(head)) remove_absent(scores, head, rows, first);
  }

  void score_additive(Square& scores, int64_t head, TileRows rows, int first) const {
    const float* const k = k_tile(head, first);
    for (int i = 0; i < rows.count; ++i) {
      const float* const q = q_of(head, rows.begin + i);
      for (int j = 0; j < kTile; j += kLanes) {
        Lanes total{};
        for (int a = 0; a < p_.additive.width; ++a)
          total += splat(p_.additive.v[a]) * tanh(splat(q[a]) + load(k + a * kTile + j));
        store(scores.at[i] + j, total);
      }
    }
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
    float* out = out_of(head, rows.begin);
    std::fill_n(out, int64_t{rows.count} * width_, 0.0f);
    for (const KeyTile& keys : p_.map->tiles(tile)) {
      if (keys.index * kTile >= length(head)) break;
      score(scores, head, rows, keys);
      for (int i = 0; i < rows.count; ++i) soften(scores.at[i], largest[i], total[i], out + i * width_);
      matmul(Into::kAdd, out, width_, MatrixView::rows(scores.data(), kTile), v_of(head, keys.index * kTile), width_,
             rows.count, width_, kTile);
    }
    for (int i = 0; i < rows.count; ++i) {
      const float share = total[i] > 0 ? 1 / total[i] : total[i];  // no key: 0; NaN stays NaN
      for (int d = 0; d < width_; ++d) out[i * width_ + d] *= share;
      largest_[head * n_ + rows.begin + i] = largest[i] == kLowest ? 0 : largest[i];
      share_[head * n_ + rows.begin + i] = share;
    }
  }

  // One row of one tile: scores become e^(score − largest); what was summed before is rescaled to the new largest.
  void soften(float* row, float& largest, float& total, float* out) const {
    Lanes highest = splat(largest);
    for (int j = 0; j < kTile; j += kLanes) highest = larger(highest, load(row + j));
    float now = largest_lane(highest);
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

  // weights [rows, kTile] = e^(score − largest) / Σ e^(score − largest)
  void weigh(Square& w, int64_t head, TileRows rows, const KeyTile& keys) const {
    score(w, head, rows, keys);
    for (int i = 0; i < rows.count; ++i) {
      const Lanes largest = splat(largest_[head * n_ + rows.begin + i]);
      const Lanes share = splat(share_[head * n_ + rows.begin + i]);
      for (int j = 0; j < kTile; j += kLanes) store(w.at[i] + j, exp(load(w.at[i] + j) - largest) * share);
    }
  }

  void backward_tile(int64_t head, int tile) const {
    const TileRows rows = rows_of(tile);
    const float *d_out = d_out_of(head, rows.begin), *out = out_of(head, rows.begin);
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
      matmul(Into::kAdd, dv_of(head, first), width_, MatrixView::transposed(w.data(), kTile), d_out, width_, kTile,
             width_, rows.count);
      matmul(Into::kOverwrite, d.data(), kTile, MatrixView::rows(d_out, width_), v_tile(head, first), kTile, rows.count,
             kTile, p_.head_width);
      // d_score = w · (dw − Σ w·dw), times the scale
      for (int i = 0; i < rows.count; ++i)
        for (int j = 0; j < kTile; ++j) d.at[i][j] = w.at[i][j] * (d.at[i][j] - along[i]) * p_.scale;
      p_.additive.width > 0 ? unscore_additive(d, head, rows, first) : unscore(d, head, rows, first);
    }
  }

  // score = q · kᵀ, so dq += d · k and dk += dᵀ · q
  void unscore(Square& d, int64_t head, TileRows rows, int first) const {
    matmul(Into::kAdd, dq_of(head, rows.begin), score_width_, MatrixView::rows(d.data(), kTile), k_of(head, first),
           score_width_, rows.count, score_width_, kTile);
    matmul(Into::kAdd, dk_of(head, first), score_width_, MatrixView::transposed(d.data(), kTile),
           q_of(head, rows.begin), score_width_, kTile, score_width_, rows.count);
  }

  // score = Σ v · tanh(q + k), so with t = tanh(q + k): dq and dk += d · v · (1 − t²), dv += d · t
  void unscore_additive(const Square& d, int64_t head, TileRows rows, int first) const {
    const float* const k = k_tile(head, first);
    for (int a = 0; a < p_.additive.width; ++a) {
      const Lanes v = splat(p_.additive.v[a]);
      Lanes dv{}, dk[kTile / kLanes] = {};
      for (int i = 0; i < rows.count; ++i) {
        Lanes dq{};
        for (int j = 0; j < kTile; j += kLanes) {
          const Lanes t = tanh(splat(q_of(head, rows.begin + i)[a]) + load(k + a * kTile + j));
          const Lanes d_score = load(d.at[i] + j), gradient = d_score * v * (splat(1.0f) - t * t);
          dq += gradient;
          dv += d_score * t;
          dk[j / kLanes] += gradient;
        }
        dq_of(head, rows.begin + i)[a] += sum(dq);
      }
      for (int j = 0; j < kTile; ++j) dk_of(head, first + j)[a] += dk[j / kLanes][j % kLanes];
      d_additive_[head * p_.additive.width + a] += sum(dv);
    }
  }

  AttentionProblem p_;
  std::span<const int> lengths_;
  int n_, m_;                       // queries and keys, padded to whole tiles
  int width_, score_width_;         // of v and out, of q and k, padded to whole vectors
  int64_t heads_;                   // B·H
  float *q_, *dq_;                  // [B·H, n_, score_width_]
  float *k_, *k_transposed_, *dk_;  // [B·H, m_, score_width_]
  float *out_, *d_out_;             // [B·H, n_, width_]
  float *v_, *v_transposed_, *dv_;  // [B·H, m_, width_]
  float *largest_, *share_;         // [B·H, n_]: of each query, the largest score and 1 / Σ e^(score − largest)
  float* d_additive_;               // [B·H, A]: each head's share of the gradient of the additive score's v
};

}  // namespace

std::unique_ptr<AttentionKernel> make_tile_attention(const AttentionProblem& problem, Arena& arena) {
  return std::make_unique<TileAttention>(problem, arena);
}

}  // namespace lab
