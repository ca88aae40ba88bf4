#pragma once
// What the strategies that keep the scores are built from (see strategy.h), and the makers of each.

#include <memory>

#include "core/attention/scored_attention.h"
#include "core/attention/strategy.h"

namespace lab {

/// A strategy that is a rule on the rows of scores.
class StrategyRule : public RowRule {
 public:
  /// Before the way there of all groups.
  virtual void start_forward() {}
  /// As AttentionKernel::learned_figure.
  virtual float learned_figure(int /*head*/) const { return kNoFigure; }
};

/// Attention of that score, with `rule` before the problem's own rules.
std::unique_ptr<AttentionKernel> make_ruled_attention(std::unique_ptr<StrategyRule> rule, std::string_view score,
                                                      const AttentionProblem& problem,
                                                      std::span<const ScoreTensor> learned, Arena& arena,
                                                      Kernel kernel);

/// All scores times the temperature.
std::unique_ptr<StrategyRule> make_fixed_temperature_rule(float temperature);

/// Of each row the k best scores remain; of equal ones the first.
std::unique_ptr<StrategyRule> make_top_k_rule(const AttentionProblem& problem, int k, Arena& arena);

/// The furthest that two tokens are apart, at least 1.
float largest_distance(const Geometry& geometry);
/// spans [H]: z = largest distance / (1 + e^−span), so that any span is a reach within the tokens. The penalty adds
/// penalty · z / H to the gradient's loss for each head; the loss that is shown does not have it.
std::unique_ptr<StrategyRule> make_span_rule(const AttentionProblem& problem, const Strategy& strategy,
                                             ScoreTensor spans, Arena& arena);

/// temperatures [H]: the queries of head h are multiplied by temperatures[h].
std::unique_ptr<AttentionKernel> make_temperature_attention(std::string_view score, const AttentionProblem& problem,
                                                            std::span<const ScoreTensor> learned,
                                                            ScoreTensor temperatures, Arena& arena, Kernel kernel);

}  // namespace lab
