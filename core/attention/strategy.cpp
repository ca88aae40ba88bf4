#include "core/attention/strategy.h"

#include <algorithm>
#include <cmath>

#include "core/attention/hierarchical_attention.h"
#include "core/attention/linear_attention.h"
#include "core/attention/position_attention.h"
#include "core/attention/strategy_parts.h"
#include "core/base/named.h"

namespace lab {

namespace {

using Scores = StrategyKind::Scores;
using Start = ScoreParameterSpec::Start;
using Learned = std::span<const ScoreTensor>;
using Parameters = std::vector<ScoreParameterSpec>;

// All that a strategy is made of; `learned` is the score's, `own` the strategy's.
struct Wanted {
  const Strategy& strategy;
  std::string_view score;
  const AttentionProblem& problem;
  Learned learned, own;
  Arena& arena;
  Kernel kernel;
};

int64_t all_pairs(const AttentionProblem& p) { return p.map->pairs() * p.heads; }

struct Row {
  StrategyKind kind;
  Parameters (*parameters)(int heads, const TileMap& map);
  std::unique_ptr<AttentionKernel> (*make)(const Wanted&);
  int64_t (*multiply_adds)(const AttentionProblem&);
  int64_t (*pairs)(const AttentionProblem&) = all_pairs;
};

Parameters nothing(int, const TileMap&) { return {}; }

// ---- makers

std::unique_ptr<AttentionKernel> data(const Wanted& w) {
  return make_scored_attention(w.score, w.problem, w.learned, w.arena, w.kernel);
}
std::unique_ptr<AttentionKernel> linear(const Wanted& w) { return make_linear_attention(w.problem, w.arena); }
std::unique_ptr<AttentionKernel> uniform(const Wanted& w) {
  return make_position_attention(w.problem, uniform_logit(), w.arena);
}
std::unique_ptr<AttentionKernel> gaussian(const Wanted& w) {
  return make_position_attention(w.problem, gaussian_logit(w.problem.map->geometry(), w.strategy.sigma), w.arena);
}
std::unique_ptr<AttentionKernel> identity(const Wanted& w) {
  return make_position_attention(w.problem, identity_logit(), w.arena);
}
std::unique_ptr<AttentionKernel> off(const Wanted& w) {
  return make_position_attention(w.problem, no_logit(), w.arena);
}
std::unique_ptr<AttentionKernel> synthesizer(const Wanted& w) {
  return make_position_attention(w.problem, w.own[0], w.arena);
}
std::unique_ptr<AttentionKernel> temperature(const Wanted& w) {
  return make_temperature_attention(w.score, w.problem, w.learned, w.own[0], w.arena, w.kernel);
}
std::unique_ptr<AttentionKernel> ruled(const Wanted& w, std::unique_ptr<StrategyRule> rule) {
  return make_ruled_attention(std::move(rule), w.score, w.problem, w.learned, w.arena, w.kernel);
}
std::unique_ptr<AttentionKernel> top_k(const Wanted& w) {
  return ruled(w, make_top_k_rule(w.problem, static_cast<int>(w.strategy.k), w.arena));
}
std::unique_ptr<AttentionKernel> fixed_temperature(const Wanted& w) {
  return ruled(w, make_fixed_temperature_rule(w.strategy.temperature));
}
std::unique_ptr<AttentionKernel> span(const Wanted& w) {
  return ruled(w, make_span_rule(w.problem, w.strategy, w.own[0], w.arena));
}
AttentionProblem with_blocks(const Strategy& strategy, AttentionProblem problem) {
  problem.blocks = {static_cast<int>(strategy.block), static_cast<int>(strategy.chosen)};
  return problem;
}
std::unique_ptr<AttentionKernel> hierarchical(const Wanted& w) {
  return make_scored_attention(w.score, with_blocks(w.strategy, w.problem), w.learned, w.arena, w.kernel);
}

// ---- multiply-adds of a training step

// Of weights that are there: D to mix a pair and D for dv on the way back; D more where the weights learn. Pairs of one
// picture, all heads.
int64_t mixing(const AttentionProblem& p, int64_t pairs, int passes) {
  return int64_t{passes} * p.head_width * pairs * p.batch;
}
int64_t mixing_fixed(const AttentionProblem& p) { return mixing(p, all_pairs(p), 2); }
int64_t mixing_learned(const AttentionProblem& p) { return mixing(p, all_pairs(p), 3); }
int64_t own_places(const AttentionProblem& p) {
  int64_t pairs = 0;
  for (int i = 0; i < std::min(p.queries(), p.keys()); ++i) pairs += p.map->exists(i, i);
  return pairs * p.heads;
}
int64_t none(const AttentionProblem&) { return 0; }
int64_t mixing_own_places(const AttentionProblem& p) { return mixing(p, own_places(p), 2); }
// Each number of a query is multiplied once, and twice on the way back.
int64_t with_temperature(const AttentionProblem& p) {
  return attention_multiply_adds(p) + int64_t{3} * p.head_width * p.queries() * p.batch * p.heads;
}

// ---- the table

constexpr float kLargest = 1 << 20;

constexpr StrategySetting kGaussian[] = {{"sigma", "How wide the bell is, in tokens: two thirds of it lie within.",
                                          &Strategy::sigma, 0.1f, 1.5f, kLargest, false,
                                          [](float sigma) { return fmt::format(" ±{}", sigma); }}};
constexpr StrategySetting kTopK[] = {{"k", "How many keys each query keeps.", &Strategy::k, 1, 8, kLargest, true,
                                      [](float k) { return fmt::format(" {}", k); }}};
constexpr StrategySetting kFixedTemperature[] = {
    {"temperature", "What the scores are multiplied by: above 1 sharper, below 1 flatter.", &Strategy::temperature, 0,
     2, 1000, false, [](float temperature) { return fmt::format(" {:g}", temperature); }}};
constexpr StrategySetting kSpan[] = {
    {"ramp", "Over how many tokens the weight fades where the reach ends.", &Strategy::ramp, 0.1f, 2, kLargest, false,
     nullptr},
    {"penalty", "How much loss a token of reach counts for: the more, the shorter the heads reach.", &Strategy::penalty,
     0, 0.01f, 100, false, nullptr}};

constexpr StrategySetting kHierarchical[] = {
    {"block", "How many tokens a block holds; of patches, how many a side. 0: about as many as there are blocks.",
     &Strategy::block, 0, 0, kLargest, true,
     [](float block) { return block > 0 ? fmt::format(" {}", block) : std::string(); }},
    {"chosen", "How many blocks each query looks into, its own among them.", &Strategy::chosen, 1, 2, kLargest, true,
     [](float chosen) { return fmt::format(", {} block{}", chosen, chosen == 1 ? "" : "s"); }}};

const Row kStrategies[] = {
    {{"data", "From the data", "Each query shares its attention out by how well the keys fit it, as usual."},
     nothing,
     data,
     attention_multiply_adds},
    {.kind = {.name = "linear",
              .title = "Linear",
              .explanation = "Sums over the keys are made once for all queries: the time grows with the tokens, not "
                             "with their pairs.",
              .scores = Scores::kNone,
              .dense_only = true,
              .equivalent_weights = true},
     .parameters = nothing,
     .make = linear,
     .multiply_adds = linear_attention_multiply_adds},
    {.kind = {.name = "uniform",
              .title = "Uniform",
              .explanation = "Every key that exists has the same weight, whatever the data says.",
              .scores = Scores::kNone},
     .parameters = nothing,
     .make = uniform,
     .multiply_adds = mixing_fixed},
    {.kind = {.name = "gaussian",
              .title = "Gaussian",
              .explanation = "The nearer a key, the larger its weight, whatever the data says.",
              .scores = Scores::kNone,
              .settings = kGaussian},
     .parameters = nothing,
     .make = gaussian,
     .multiply_adds = mixing_fixed},
    {.kind = {.name = "identity",
              .title = "Identity",
              .explanation = "Each token sees itself alone: what a model does that cannot look around.",
              .scores = Scores::kNone,
              .sees = "itself"},
     .parameters = nothing,
     .make = identity,
     .multiply_adds = mixing_own_places,
     .pairs = own_places},
    {.kind = {.name = "off",
              .title = "Left out",
              .explanation = "These heads add nothing: the others have to do without them.",
              .scores = Scores::kNone,
              .sees = "none"},
     .parameters = nothing,
     .make = off,
     .multiply_adds = none,
     .pairs = none},
    {.kind = {.name = "synthesizer",
              .title = "Synthesizer",
              .explanation = "The weights are learned once for all pictures: they know the places and not the data.",
              .learns = "a number for each pair and head",
              .scores = Scores::kNone},
     .parameters = [](int heads, const TileMap& map) -> Parameters {
       return {{"strategy_logits", {heads, map.pairs()}, Start::kUniform}};
     },
     .make = synthesizer,
     .multiply_adds = mixing_learned},
    {.kind = {.name = "temperature",
              .title = "Temperature",
              .explanation = "Each head learns how sharply it picks: its scores are multiplied by a number of its own.",
              .learns = "a number for each head",
              .figure = "temperature",
              .sign = "t",
              .scores = Scores::kProportional},
     .parameters = [](int heads, const TileMap&) -> Parameters {
       return {{"strategy_temperature", {heads}, Start::kOne}};
     },
     .make = temperature,
     .multiply_adds = with_temperature},
    {.kind = {.name = "fixed_temperature",
              .title = "Fixed temperature",
              .explanation = "The scores are multiplied by a number before the softmax: above 1 each query picks more "
                             "sharply, below 1 more evenly.",
              .settings = kFixedTemperature},
     .parameters = nothing,
     .make = fixed_temperature,
     .multiply_adds = attention_multiply_adds},
    {.kind = {.name = "top_k",
              .title = "Top",
              .explanation = "Each query keeps its best keys only. All scores are computed to find them: it costs as "
                             "much as without.",
              .settings = kTopK,
              .sees = "its best keys"},
     .parameters = nothing,
     .make = top_k,
     .multiply_adds = attention_multiply_adds},
    {.kind = {.name = "span",
              .title = "Adaptive span",
              .explanation =
                  "Each head learns how far it reaches, and far costs loss. All pairs are computed: it costs "
                  "as much as without.",
              .learns = "a reach for each head",
              .figure = "reach",
              .sign = "z",
              .settings = kSpan},
     .parameters = [](int heads, const TileMap&) -> Parameters {
       return {{"strategy_span", {heads}, Start::kZero}};
     },
     .make = span,
     .multiply_adds = attention_multiply_adds},
    {.kind = {.name = "hierarchical",
              .title = "Hierarchical",
              .explanation = "The mean key of each block of keys tells which few blocks a query looks into; only there "
                             "are weights computed.",
              .scores = Scores::kDotProduct,
              .settings = kHierarchical,
              .sees = "its chosen blocks",
              .dense_only = true},
     .parameters = nothing,
     .make = hierarchical,
     .multiply_adds = hierarchical_multiply_adds,
     .pairs = hierarchical_pairs},
};

const Row& find_row(std::string_view name) {
  return find_named(kStrategies, name, "strategy", [](const Row& row) { return row.kind.name; });
}

void check_setting(const StrategySetting& setting, float value) {
  if (!(value >= setting.smallest && value <= setting.largest))
    throw Error("The strategy's {} is {}; it must be from {} to {}.", setting.name, value, setting.smallest,
                setting.largest);
  if (setting.whole && value != std::floor(value))
    throw Error("The strategy's {} is {}; it must be a whole number.", setting.name, value);
}

void check_learned(const Row& row, const AttentionProblem& problem, Learned own) {
  const Parameters specs = row.parameters(problem.heads, *problem.map);
  if (own.size() != specs.size())
    throw Error("The strategy {} learns {} things; {} were given.", row.kind.name, specs.size(), own.size());
  for (size_t i = 0; i < specs.size(); ++i)
    if (own[i].value.shape != specs[i].shape)
      throw Error("The strategy {}'s {} is {}; it must be {}.", row.kind.name, specs[i].name, own[i].value.shape.text(),
                  specs[i].shape.text());
}

}  // namespace

std::span<const StrategyKind> strategy_kinds() {
  static const std::vector<StrategyKind> kinds = [] {
    std::vector<StrategyKind> all;
    for (const Row& row : kStrategies) all.push_back(row.kind);
    return all;
  }();
  return kinds;
}

const StrategyKind& find_strategy(std::string_view name) { return find_row(name).kind; }

Strategy usual_strategy(const StrategyKind& kind) {
  Strategy strategy;
  strategy.kind = kind.name;
  for (const StrategySetting& setting : kind.settings) strategy.*setting.value = setting.usual;
  return strategy;
}

bool keeps_rows(const StrategyKind& kind) {
  return kind.scores == Scores::kAny || kind.scores == Scores::kProportional;
}

bool fits_score(const StrategyKind& kind, std::string_view score) {
  if (kind.scores == Scores::kNone) return score == score_kinds().front().name;
  const ScoreKind& chosen = find_score(score);
  return kind.scores == Scores::kAny || (kind.scores == Scores::kDotProduct ? chosen.dot_product : chosen.proportional);
}

bool fits_pattern(const StrategyKind& kind, const Pattern& pattern) {
  return !kind.dense_only || pattern.kind == "dense";
}

void validate(const Strategy& strategy, std::string_view score, const Pattern& pattern) {
  const StrategyKind& kind = find_strategy(strategy.kind);
  for (const StrategySetting& setting : kind.settings) check_setting(setting, strategy.*setting.value);
  if (kind.scores == Scores::kNone && !fits_score(kind, score))
    throw Error("The strategy {} compares no queries and keys; leave out the score {}.", kind.name, score);
  if (kind.scores == Scores::kDotProduct && !fits_score(kind, score))
    throw Error("The strategy {} compares queries with mean keys by a dot product; the score {} is none, take another.",
                kind.name, score);
  if (!fits_score(kind, score))
    throw Error(
        "The strategy {} multiplies scores that grow with the query; take scaled_dot, dot or general instead of "
        "{}.",
        kind.name, score);
  if (!fits_pattern(kind, pattern))
    throw Error("The strategy {} works on the dense pattern; this one is {}.", kind.name, pattern.kind);
}

Parameters strategy_parameters(const Strategy& strategy, int heads, const TileMap& map) {
  return find_row(strategy.kind).parameters(heads, map);
}

std::unique_ptr<AttentionKernel> make_strategic_attention(std::string_view score, const Strategy& strategy,
                                                          const AttentionProblem& problem,
                                                          std::span<const ScoreTensor> learned, Arena& arena,
                                                          Kernel kernel) {
  const Row& row = find_row(strategy.kind);
  validate(strategy, score, problem.map->pattern());
  if (row.kind.scores == Scores::kNone && !problem.rules.empty())
    throw Error(
        "The strategy {} has no rows of scores, so nothing can drop, punish or guide its weights; take the "
        "strategy data.",
        strategy.kind);
  const size_t of_score = std::min(score_parameters(score, problem.head_width).size(), learned.size());
  const Learned own = learned.subspan(of_score);
  check_learned(row, problem, own);
  return row.make({strategy, score, problem, learned.first(of_score), own, arena, kernel});
}

int64_t strategy_multiply_adds(const Strategy& strategy, const AttentionProblem& problem) {
  return find_row(strategy.kind).multiply_adds(with_blocks(strategy, problem));
}

int64_t strategy_pairs(const Strategy& strategy, const AttentionProblem& problem) {
  return find_row(strategy.kind).pairs(with_blocks(strategy, problem));
}

}  // namespace lab
