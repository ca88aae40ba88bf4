#pragma once
// Strategy: where a head's weights over the pairs that exist come from: from the data, as usual; from the tokens'
// places alone, fixed or learned; or from the data, but within limits of its own. With s the scores (score.h), softmax
// over a query's pairs, and distance(i, j) as Geometry says it:
//
//   data         softmax(s)                                        Vaswani et al., 2017
//   linear       φ(q)·φ(k) / Σ φ(q)·φ(k), φ = elu + 1              Katharopoulos et al., 2020
//   uniform      softmax(0): every key as much as the others
//   gaussian     softmax(−distance² / 2·sigma²)
//   identity     1 for the query's own place, 0 elsewhere
//   off          0: the head is left out
//   synthesizer  softmax(R), R learned for each pair and head      Tay et al., 2020 ("random synthesizer")
//   temperature  softmax(t·s), t learned for each head
//   fixed_temperature softmax(t·s), t chosen
//   top_k        softmax of the k best s of each query             Gupta et al., 2021
//   span         softmax(s + log m), m = (ramp + z − distance)/ramp within 0 … 1, z learned for each head
//                                                                  Sukhbaatar et al., 2019 ("adaptive span")
//   hierarchical softmax(s) over the keys of a few blocks, chosen by their mean keys
//                                                                  Lu et al., 2025 ("MoBA"; hierarchical_attention.h)
//
// Add a strategy: 1. write its kernel or its rule on rows in a file of its own; 2. give it a row in kStrategies in
// strategy.cpp, and its numbers one each in Strategy and in its table of settings.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/attention/score.h"

namespace lab {

struct Strategy {
  std::string kind = "data";
  float sigma = 0;        // tokens
  float k = 0;            // keys, a whole number
  float ramp = 0;         // tokens
  float penalty = 0;      // loss for a token of reach, mean over the heads of a layer
  float block = 0;        // keys, or patches a side; 0: about as many as there are blocks
  float chosen = 0;       // blocks
  float temperature = 0;  // factor of the scores
  bool operator==(const Strategy&) const = default;
};

/// One number of a strategy.
struct StrategySetting {
  std::string_view name;         // "sigma"
  std::string_view explanation;  // one plain sentence
  float Strategy::*value;
  float smallest, usual, largest;
  bool whole;
  std::string (*title)(float value);  // " ±1.5": what it adds to a lane's title; null: nothing
};

/// One choice of the lane editor.
struct StrategyKind {
  /// Which scores it goes with: none are computed; any; those that double when the query doubles; dot products.
  enum class Scores { kNone, kAny, kProportional, kDotProduct };

  std::string_view name;         // "top_k"
  std::string_view title;        // "Top"
  std::string_view explanation;  // one plain sentence
  std::string_view learns = {};  // "a temperature for each head"; empty: nothing
  std::string_view figure = {};  // what AttentionKernel::learned_figure is: "temperature"
  std::string_view sign = {};    // the same where there is little room: "t"
  Scores scores = Scores::kAny;
  std::span<const StrategySetting> settings = {};
  std::string_view sees = {};       // what of the pairs that exist has a weight: "its chosen blocks"; empty: all
  bool dense_only = false;          // it knows no other pattern
  bool equivalent_weights = false;  // it never has weights; those shown are what they would be
};
std::span<const StrategyKind> strategy_kinds();
/// Throws Error, listing the known ones, when there is none of that name.
const StrategyKind& find_strategy(std::string_view name);
/// The kind with its usual settings.
Strategy usual_strategy(const StrategyKind& kind);

/// Whether each query has scores and weights of its keys one by one, which rules on rows can change.
bool keeps_rows(const StrategyKind& kind);
/// Whether it goes with that score; where none is computed, with the usual one.
bool fits_score(const StrategyKind& kind, std::string_view score);
bool fits_pattern(const StrategyKind& kind, const Pattern& pattern);
/// Throws Error when the kind is unknown, a setting out of range, or it does not go with that score or pattern.
void validate(const Strategy& strategy, std::string_view score, const Pattern& pattern);

/// Names and shapes of what it learns, for so many heads that are alike; they follow those of the score.
std::vector<ScoreParameterSpec> strategy_parameters(const Strategy& strategy, int heads, const TileMap& map);

/// Attention with that score and strategy; `learned`: the score's parameters, then the strategy's. Throws Error where
/// make_scored_attention and validate do, and for rules on rows where there are no scores.
std::unique_ptr<AttentionKernel> make_strategic_attention(std::string_view score, const Strategy& strategy,
                                                          const AttentionProblem& problem,
                                                          std::span<const ScoreTensor> learned, Arena& arena,
                                                          Kernel kernel = Kernel::kAutomatic);

/// Of one training step of one layer, as attention_multiply_adds.
int64_t strategy_multiply_adds(const Strategy& strategy, const AttentionProblem& problem);

/// The pairs that it weighs in one picture, of all heads: fewer than exist where it chooses among them beforehand.
int64_t strategy_pairs(const Strategy& strategy, const AttentionProblem& problem);

}  // namespace lab
