#include <algorithm>
#include <cmath>
#include <limits>

#include "core/attention/strategy_parts.h"
#include "core/base/simd.h"

namespace lab {

namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

// weight = m·eˢ / Σ m·eˢ is the softmax of s + log m, with m the mask (Sukhbaatar et al., 2019, equations 4 and 5).
class SpanRule final : public StrategyRule {
 public:
  SpanRule(const AttentionProblem& problem, const Strategy& strategy, ScoreTensor spans, Arena& arena)
      : map_(problem.map),
        heads_(problem.heads),
        pictures_(problem.batch),
        ramp_(strategy.ramp),
        penalty_(strategy.penalty),
        furthest_(largest_distance(problem.map->geometry())),
        spans_(spans),
        reaches_(arena.allocate(Shape{heads_})),
        distances_(arena.allocate_lasting(map_->pairs())),
        d_reaches_(arena.allocate(Shape{round_up(int64_t{heads_} * pictures_)})) {}

  void start_forward() override {
    for (int h = 0; h < heads_; ++h) reaches_[h] = reach(h);
    if (!measured_) measure();
    measured_ = true;
  }

  void on_scores(const QueryRow& row, float* scores) override {
    each_masked(
        row, [&](int64_t at, int64_t, float mask) { scores[at] = mask <= 0 ? kLowest : scores[at] + std::log(mask); });
  }

  void start_backward() override { std::fill(d_reaches_.begin(), d_reaches_.end(), 0.0f); }

  // d log m / dz = 1 / (ramp · m)
  void on_scores_backward(const QueryRow& row, const float*, float* d_scores) override {
    each_masked(row, [&](int64_t at, int64_t head, float mask) {
      if (mask > 0) d_reaches_[head] += d_scores[at] / (ramp_ * mask);
    });
  }

  void finish_backward() override {
    for (int h = 0; h < heads_; ++h) {
      double d_reach = penalty_ / heads_;
      for (int b = 0; b < pictures_; ++b) d_reach += d_reaches_[int64_t{b} * heads_ + h];
      const float share = reaches_[h] / furthest_;
      spans_.gradient[h] = static_cast<float>(d_reach * furthest_ * share * (1 - share));
    }
  }

  float learned_figure(int head) const override { return reach(head); }

 private:
  static int64_t round_up(int64_t heads) { return (heads + kLanes - 1) / kLanes * kLanes; }
  float reach(int head) const { return furthest_ / (1 + std::exp(-spans_.value[head])); }

  void measure() {
    int64_t pair = 0;
    for (int i = 0; i < map_->queries(); ++i)
      for (const KeyRun& run : map_->runs(i))
        for (int j = run.begin; j < run.end; ++j) distances_[pair++] = map_->geometry().distance(i, j);
  }

  // Calls body(number in the row, head counted b·H + h, mask) where the mask is not 1.
  template <class Body>
  void each_masked(const QueryRow& row, const Body& body) const {
    float widest[kLanes];
    for (int lane = 0; lane < kLanes; ++lane) widest[lane] = reaches_[(row.group * kLanes + lane) % heads_];
    for (int64_t n = 0; n < row.pairs; ++n)
      for (int lane = 0; lane < kLanes; ++lane) {
        const float mask = (ramp_ + widest[lane] - distances_[row.first + n]) / ramp_;
        if (!(mask >= 1)) body(n * kLanes + lane, row.group * kLanes + lane, mask);
      }
  }

  TileMapPtr map_;
  int heads_, pictures_;
  float ramp_, penalty_, furthest_;
  ScoreTensor spans_;  // [H]
  Tensor reaches_;     // [H], z
  float* distances_;   // [pairs]
  Tensor d_reaches_;   // [B·H and the lanes beyond]
  bool measured_ = false;
};

}  // namespace

float largest_distance(const Geometry& g) {
  const float furthest = g.is_grid() ? std::hypot(static_cast<float>(g.rows - 1), static_cast<float>(g.columns - 1))
                                     : static_cast<float>(std::max(g.queries, g.keys) - 1);
  return std::max(furthest, 1.0f);
}

std::unique_ptr<StrategyRule> make_span_rule(const AttentionProblem& problem, const Strategy& strategy,
                                             ScoreTensor spans, Arena& arena) {
  return std::make_unique<SpanRule>(problem, strategy, spans, arena);
}

}  // namespace lab
