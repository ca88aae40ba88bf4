#include <limits>

#include "core/attention/strategy_parts.h"
#include "core/base/simd.h"

namespace lab {

namespace {

class FixedTemperatureRule final : public StrategyRule {
 public:
  explicit FixedTemperatureRule(float temperature) : t_(splat(temperature)) {}

  // What does not exist stays −∞, also at a temperature of 0.
  void on_scores(const QueryRow& row, float* scores) override {
    for (int64_t n = 0; n < row.pairs; ++n) {
      const Lanes score = load(scores + n * kLanes);
      store(scores + n * kLanes, score == kLowest ? score : score * t_);
    }
  }
  // d(t·s) = t·ds
  void on_scores_backward(const QueryRow& row, const float* /*weights*/, float* d_scores) override {
    for (int64_t n = 0; n < row.pairs; ++n) store(d_scores + n * kLanes, load(d_scores + n * kLanes) * t_);
  }

 private:
  static inline const Lanes kLowest = splat(-std::numeric_limits<float>::infinity());

  Lanes t_;
};

}  // namespace

std::unique_ptr<StrategyRule> make_fixed_temperature_rule(float temperature) {
  return std::make_unique<FixedTemperatureRule>(temperature);
}

}  // namespace lab
