#include <algorithm>
#include <cmath>
#include <limits>

#include "core/attention/strategy_parts.h"
#include "core/base/simd.h"

namespace lab {

namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

// What is not a number comes first: so it is kept, and seen.
bool better(float a, float b) { return a > b || (std::isnan(a) && !std::isnan(b)); }

// The weights of what was set to −∞ are 0, and so are their gradients: the way back needs no rule.
class TopKRule final : public StrategyRule {
 public:
  TopKRule(const AttentionProblem& problem, int k, Arena& arena)
      : k_(k), keys_(problem.keys()), row_(arena.allocate(groups(problem) * problem.keys())) {}

  void on_scores(const QueryRow& row, float* scores) override {
    if (row.pairs <= k_) return;
    for (int lane = 0; lane < kLanes; ++lane) keep_best(row, scores + lane);
  }

 private:
  static int64_t groups(const AttentionProblem& p) { return (int64_t{p.batch} * p.heads + kLanes - 1) / kLanes; }

  void keep_best(const QueryRow& row, float* scores) const {
    float* const sorted = row_ + row.group * keys_;
    for (int64_t n = 0; n < row.pairs; ++n) sorted[n] = scores[n * kLanes];
    std::nth_element(sorted, sorted + k_ - 1, sorted + row.pairs, better);
    const float last = sorted[k_ - 1];
    int64_t equal = k_ - std::count_if(sorted, sorted + k_, [&](float score) { return better(score, last); });
    for (int64_t n = 0; n < row.pairs; ++n) {
      float& score = scores[n * kLanes];
      if (better(last, score) || (!better(score, last) && equal-- <= 0)) score = kLowest;
    }
  }

  int64_t k_, keys_;
  float* row_;  // [groups, M]
};

}  // namespace

std::unique_ptr<StrategyRule> make_top_k_rule(const AttentionProblem& problem, int k, Arena& arena) {
  return std::make_unique<TopKRule>(problem, k, arena);
}

}  // namespace lab
