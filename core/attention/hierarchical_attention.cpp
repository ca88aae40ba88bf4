// Keys and values are transposed block by block: then scores and their gradients run along the keys of a block, mixes
// along the width of a head, and nothing is summed across lanes.

#include "core/attention/hierarchical_attention.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/attention/key_blocks.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/simd.h"
#include "core/ops/matmul.h"
#include "core/ops/transpose.h"

namespace lab {

namespace {

constexpr int kTogether = 32;  // queries whose coarse scores are one product

constexpr float kLowest = -std::numeric_limits<float>::infinity();

int64_t round_up(int64_t count) { return (count + kLanes - 1) / kLanes * kLanes; }

// What is not a number comes first: so it is chosen, and seen.
bool better(float a, float b) { return a > b || (std::isnan(a) && !std::isnan(b)); }

class HierarchicalAttention final : public AttentionKernel {
 public:
  HierarchicalAttention(const AttentionProblem& problem, Arena& arena)
      : p_(problem),
        lengths_(problem.key_lengths.begin(), problem.key_lengths.end()),
        blocks_(problem.map->geometry(), problem.blocks.block),
        causal_(problem.map->pattern().causal),
        heads_(int64_t{problem.batch} * problem.heads),
        width_(round_up(problem.head_width)),
        room_(round_up(blocks_.largest())),
        coarse_width_(round_up(blocks_.count())),
        slots_(std::min(problem.blocks.chosen + blocks_.seen_by_all(), blocks_.count())) {
    for (float** side : {&columns_k_, &columns_v_}) *side = arena.allocate(heads_ * blocks_.count() * room_ * width_);
    block_rows_ = arena.allocate(heads_ * room_ * width_);
    mean_rows_ = arena.allocate(heads_ * coarse_width_ * width_);
    means_ = arena.allocate(heads_ * width_ * coarse_width_);
    coarse_ = arena.allocate(heads_ * kTogether * coarse_width_);
    for (float** row : {&row_, &d_row_}) *row = arena.allocate(heads_ * slots_ * room_);
    log_totals_ = arena.allocate(heads_ * p_.queries());
    static_assert(sizeof(int) == sizeof(float));
    chosen_ = reinterpret_cast<int*>(arena.allocate(heads_ * p_.queries() * slots_));
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    q_ = q, k_ = k;
    parallel_for(heads_, [&](int64_t index) {
      const Head head = head_of(index);
      transpose_blocks(head, rows_of(k, index), head.columns_k);
      transpose_blocks(head, rows_of(v, index), head.columns_v);
      summarise(head, rows_of(k, index));
      for (int i = 0; i < p_.queries(); ++i) {
        if (i % kTogether == 0) score_blocks(head, i, MatrixView::rows(row(q, index, i), q.token));
        choose(head, i);
        const float share = soften(head, i, row(q, index, i));
        mix(head, i, share, rows_of(v, index), row(out, index, i));
      }
    });
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    parallel_for(heads_, [&](int64_t index) {
      const Head head = head_of(index);
      for (const HeadRows& rows : {dk, dv})
        for (int j = 0; j < p_.keys(); ++j) std::fill_n(row(rows, index, j), p_.head_width, 0.0f);
      const Keys keys = {rows_of(k_, index), rows_of(dk, index), rows_of(dv, index)};
      for (int i = 0; i < p_.queries(); ++i)
        backward_row(head, i, keys, row(q_, index, i), row(d_out, index, i), row(dq, index, i));
    });
  }

  void weights(Tensor to) const override {
    std::fill(to.begin(), to.end(), 0.0f);
    parallel_for(heads_, [&](int64_t index) {
      const Head head = head_of(index);
      for (int i = 0; i < p_.queries(); ++i) {
        weigh(head, i, row(q_, index, i));
        float* weight = to.data + (index * p_.queries() + i) * p_.keys();
        each_pair(head, i, [&](int j, int64_t n) { weight[j] = head.row[n]; });
      }
    });
  }

  // The choice and the softmax's denominator.
  int64_t weight_bytes() const override {
    return heads_ * p_.queries() * (slots_ + 1) * static_cast<int64_t>(sizeof(float));
  }

 private:
  // One head's memory.
  struct Head {
    int keys;                      // that exist
    float *columns_k, *columns_v;  // [blocks, width, room]
    float* block_rows;             // [room, width], a block that is transposed
    float *mean_rows, *means;      // [coarse_width, width] and back to front, of the keys of each block
    float* coarse;                 // [kTogether, coarse_width], scores of some queries and all blocks
    float *row, *d_row;            // [slots, room], a query's scores or weights, and their gradients
    float* log_totals;             // [N], of each query's softmax
    int* chosen;                   // [N, slots], −1: no further block
  };

  Head head_of(int64_t index) const {
    const int64_t n = p_.queries(), packed = index * blocks_.count() * room_ * width_;
    return {lengths_.empty() ? p_.keys() : lengths_[index / p_.heads],
            columns_k_ + packed,
            columns_v_ + packed,
            block_rows_ + index * room_ * width_,
            mean_rows_ + index * coarse_width_ * width_,
            means_ + index * width_ * coarse_width_,
            coarse_ + index * kTogether * coarse_width_,
            row_ + index * slots_ * room_,
            d_row_ + index * slots_ * room_,
            log_totals_ + index * n,
            chosen_ + index * n * slots_};
  }

  float* row(HeadRows rows, int64_t index, int n) const { return rows.row(index / p_.heads, index % p_.heads, n); }

  // One head's rows of a tensor.
  struct Rows {
    float* first;
    int64_t stride;
    float* operator[](int n) const { return first + n * stride; }
  };
  Rows rows_of(HeadRows rows, int64_t index) const { return {row(rows, index, 0), rows.token}; }
  // What the way back of a query reads and adds to.
  struct Keys {
    Rows k, dk, dv;
  };
  Lanes load_of(const float* row, int64_t d) const { return load_some(row + d, p_.head_width - d); }
  void add_to(float* row, int64_t d, Lanes x) const { store_some(row + d, load_of(row, d) + x, p_.head_width - d); }

  // Keys of a block that exist for a query; they come first in it.
  int existing(const Head& head, int b, int query) const {
    const int end = causal_ ? std::min(head.keys, query + 1) : head.keys;
    const std::span<const int> keys = blocks_.keys(b);
    if (keys.empty() || keys.back() < end) return static_cast<int>(keys.size());
    return static_cast<int>(std::lower_bound(keys.begin(), keys.end(), end) - keys.begin());
  }

  // Keys that do not exist, and numbers beyond the true width, are zeros.
  void transpose_blocks(const Head& head, Rows from, float* columns) const {
    for (int b = 0; b < blocks_.count(); ++b) {
      const std::span<const int> keys = blocks_.keys(b);
      for (int64_t at = 0; at < room_; ++at) {
        float* to = head.block_rows + at * width_;
        const int64_t known = at < blocks_.size(b) && keys[at] < head.keys ? p_.head_width : 0;
        if (known > 0) std::copy_n(from[keys[at]], known, to);
        std::fill(to + known, to + width_, 0.0f);
      }
      transpose(columns + b * room_ * width_, room_, head.block_rows, width_, room_, width_);
    }
  }

  void summarise(const Head& head, Rows k) const {
    for (int b = 0; b < blocks_.count(); ++b) {
      const int count = existing(head, b, p_.keys() - 1);
      const Lanes share = splat(count == 0 ? 0 : 1 / static_cast<float>(count));
      for (int64_t d = 0; d < width_; d += kLanes) {
        Lanes total{};
        for (const int j : blocks_.keys(b).first(count)) total += load_of(k[j], d);
        store(head.mean_rows + b * width_ + d, total * share);
      }
    }
    transpose(head.means, coarse_width_, head.mean_rows, width_, coarse_width_, width_);
  }

  // coarse [kTogether, blocks] = q · the blocks' means, of some queries from i on; of blocks that they may choose.
  void score_blocks(const Head& head, int i, MatrixView q) const {
    const int rows = std::min(kTogether, p_.queries() - i);
    const int64_t columns = round_up(blocks_to_choose_from(i + rows - 1));
    matmul(Into::kOverwrite, head.coarse, coarse_width_, q, head.means, coarse_width_, rows, static_cast<int>(columns),
           p_.head_width);
  }
  // Those from seen_by_all() on; causal, before the query's own.
  int blocks_to_choose_from(int i) const {
    const int own = blocks_.of(i);
    return causal_ && own >= 0 ? own : blocks_.count();
  }

  // What all see, the query's own block, and the best of the others.
  void choose(const Head& head, int i) const {
    float* coarse = head.coarse + i % kTogether * coarse_width_;
    int *next = head.chosen + i * slots_, *const end = next + slots_;
    const int first = blocks_.seen_by_all(), last = blocks_to_choose_from(i), own = blocks_.of(i);
    if (first > 0) *next++ = 0;
    if (own >= first && existing(head, own, i) > 0) *next++ = own;
    for (int b = first; b < last; ++b)
      if (b == own || existing(head, b, p_.keys() - 1) == 0) coarse[b] = kLowest;
    for (; next < end; ++next) {
      const int best = best_block(coarse, first, last);
      if (best < 0) break;
      coarse[best] = kLowest;
      *next = best;
    }
    std::fill(next, end, -1);
  }
  static int best_block(const float* coarse, int first, int last) {
    int best = -1;
    for (int b = first; b < last; ++b)
      if (better(coarse[b], best < 0 ? kLowest : coarse[best])) best = b;
    return best;
  }

  // Calls body(block, its number in head.row) for each chosen one.
  template <class Body>
  void each_block(const Head& head, int i, const Body& body) const {
    const int* chosen = head.chosen + i * slots_;
    for (int64_t slot = 0; slot < slots_ && chosen[slot] >= 0; ++slot) body(chosen[slot], slot * room_);
  }
  // Calls body(key, number in head.row) for each pair of a query.
  template <class Body>
  void each_pair(const Head& head, int i, const Body& body) const {
    each_block(head, i, [&](int b, int64_t start) {
      for (const int j : blocks_.keys(b).first(existing(head, b, i))) body(j, start++);
    });
  }

  // to[n] = x · each key, or value, of the chosen blocks
  void products(const Head& head, int i, const float* x, const float* all_columns, float* to) const {
    each_block(head, i, [&](int b, int64_t start) {
      const float* columns = all_columns + b * room_ * width_;
      for (int64_t at = 0; at < blocks_.size(b); at += kLanes) {
        Lanes product{};
        for (int d = 0; d < p_.head_width; ++d) product += splat(x[d]) * load(columns + d * room_ + at);
        store(to + start + at, product);
      }
    });
  }

  // head.row becomes the scores; those of pairs that do not exist, up to whole lanes, −∞
  void score(const Head& head, int i, const float* q) const {
    products(head, i, q, head.columns_k, head.row);
    each_block(head, i, [&](int b, int64_t start) {
      float* scores = head.row + start;
      const int count = existing(head, b, i);
      for (int at = 0; at < count; ++at) scores[at] *= p_.scale;
      std::fill(scores + count, scores + round_up(blocks_.size(b)), kLowest);
    });
  }

  // head.row becomes e^(score − largest); returns 1 / their sum, 0 where there is no pair.
  float soften(const Head& head, int i, const float* q) const {
    score(head, i, q);
    Lanes largest = splat(kLowest);
    each_lanes(head, i, [&](float* scores) { largest = larger(load(scores), largest); });
    const float most = largest_lane(largest), base = most == kLowest ? 0 : most;
    Lanes total{};
    each_lanes(head, i, [&](float* scores) {
      const Lanes weight = exp(load(scores) - splat(base));
      store(scores, weight);
      total += weight;
    });
    const float all = sum(total);
    head.log_totals[i] = all == 0 ? -kLowest : base + std::log(all);
    return all == 0 ? 0 : 1 / all;
  }
  // head.row becomes the weights, as soften() and its share gave them.
  void weigh(const Head& head, int i, const float* q) const {
    score(head, i, q);
    const Lanes log_total = splat(head.log_totals[i]);
    each_lanes(head, i, [&](float* scores) { store(scores, exp(load(scores) - log_total)); });
  }
  template <class Body>
  void each_lanes(const Head& head, int i, const Body& body) const {
    each_block(head, i, [&](int b, int64_t start) {
      for (int64_t at = 0; at < blocks_.size(b); at += kLanes) body(head.row + start + at);
    });
  }

  // out = share · Σ weight · v
  void mix(const Head& head, int i, float share, Rows v, float* out) const {
    for (int64_t d = 0; d < p_.head_width; d += kLanes) {
      Lanes mixed{};
      each_pair(head, i, [&](int j, int64_t n) { mixed += splat(head.row[n]) * load_of(v[j], d); });
      store_some(out + d, mixed * splat(share), p_.head_width - d);
    }
  }

  // out = Σ w·v, so dv += w · d_out and dw = d_out · v;  w = softmax(scale · q·k), so with
  // ds = scale · w · (dw − Σ w·dw): dq = Σ ds·k and dk += ds · q
  void backward_row(const Head& head, int i, const Keys& keys, const float* q, const float* d_out, float* dq) const {
    weigh(head, i, q);
    products(head, i, d_out, head.columns_v, head.d_row);
    float along = 0;
    each_pair(head, i, [&](int, int64_t n) { along += head.row[n] * head.d_row[n]; });
    each_pair(head, i, [&](int, int64_t n) { head.d_row[n] = p_.scale * head.row[n] * (head.d_row[n] - along); });
    for (int64_t d = 0; d < p_.head_width; d += kLanes) {
      const Lanes q_lanes = load_of(q, d), d_lanes = load_of(d_out, d);
      Lanes sum{};
      each_pair(head, i, [&](int j, int64_t n) {
        const Lanes weight = splat(head.row[n]), d_score = splat(head.d_row[n]);
        sum += d_score * load_of(keys.k[j], d);
        add_to(keys.dk[j], d, d_score * q_lanes);
        add_to(keys.dv[j], d, weight * d_lanes);
      });
      store_some(dq + d, sum, p_.head_width - d);
    }
  }

  AttentionProblem p_;
  std::vector<int> lengths_;
  KeyBlocks blocks_;
  bool causal_;
  int64_t heads_, width_, room_, coarse_width_, slots_;
  float *columns_k_, *columns_v_, *block_rows_, *mean_rows_, *means_, *coarse_, *row_, *d_row_, *log_totals_;
  int* chosen_;  // these of all heads: see Head
  HeadRows q_, k_;
};

// How many pairs and coarse scores one head has.
struct Work {
  int64_t pairs = 0, coarse = 0;
};

Work work_of(const AttentionProblem& p) {
  const KeyBlocks blocks(p.map->geometry(), p.blocks.block);
  const int all_see = blocks.seen_by_all(), first = all_see ? blocks.size(0) : 0;
  std::vector<int> sizes;  // of the blocks to choose from, the largest first
  for (int b = all_see; b < blocks.count(); ++b) sizes.push_back(blocks.size(b));
  std::sort(sizes.rbegin(), sizes.rend());
  std::vector<int64_t> together(sizes.size() + 1);  // of so many of the largest
  std::partial_sum(sizes.begin(), sizes.end(), together.begin() + 1);
  Work work;
  for (int i = 0; i < p.queries(); ++i) {
    const int own = blocks.of(i);
    const bool has_own = own >= all_see;
    const bool causal = p.map->pattern().causal && has_own;  // a query after the last key sees all
    const int own_size = has_own ? blocks.size(own) : 0;
    const int others = causal ? own : static_cast<int>(sizes.size()) - has_own;
    const int taken = std::min(p.blocks.chosen - has_own, others);
    const bool among_largest = !causal && has_own && taken > 0 && own_size >= sizes[taken - 1];
    work.pairs += first + (causal ? i - blocks.keys(own)[0] + 1 : own_size);
    work.pairs += among_largest ? together[taken + 1] - own_size : together[taken];
    work.coarse += p.blocks.chosen > has_own ? others : 0;
  }
  return work;
}

}  // namespace

std::unique_ptr<AttentionKernel> make_hierarchical_attention(const AttentionProblem& problem, Arena& arena) {
  validate(problem);
  const Pattern& pattern = problem.map->pattern();
  if (pattern.kind != "dense")
    throw Error("Hierarchical attention works on the dense pattern, causal or not; this one is {}.", text(pattern));
  if (problem.additive.width > 0)
    throw Error(
        "Hierarchical attention compares queries with mean keys, which the additive score cannot; take another.");
  if (!problem.rules.empty())
    throw Error(
        "Hierarchical attention keeps no rows of scores, so nothing can drop, punish or guide its weights; take "
        "the strategy data.");
  return std::make_unique<HierarchicalAttention>(problem, arena);
}

int64_t hierarchical_multiply_adds(const AttentionProblem& p) {
  constexpr int64_t kPasses = 3;  // forward, and two on the way back; the choice has none back
  const Work work = work_of(p);
  return int64_t{p.head_width} * p.batch * p.heads * (p.keys() + work.coarse + kPasses * 2 * work.pairs);
}

int64_t hierarchical_pairs(const AttentionProblem& p) { return work_of(p).pairs * p.heads; }

}  // namespace lab
