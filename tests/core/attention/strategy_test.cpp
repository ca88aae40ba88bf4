// Every strategy against the oracle, forward and backward, and what must hold of each whatever the numbers are.

#include "core/attention/strategy.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "tests/core/attention/head_reference.h"
#include "tests/core/attention/strategic_problem.h"
#include "tests/core/number_of_threads.h"

namespace lab {
namespace {

using reference::as_complex;
using reference::expect_close;
using reference::numbers;
using reference::pull_back;
using reference::strategic_attention;
using Numbers = std::vector<double>;
using Complexes = std::vector<reference::Complex>;

// Adds to d_learned what this head gives it.
void expect_head_as_reference(const StrategicProblem& p, int64_t head, Numbers& d_learned) {
  const Numbers q = part(p.q, head), k = part(p.k, head), v = part(p.v, head), d_out = part(p.d_out, head);
  const Numbers learned = p.learned.empty() ? Numbers{} : numbers(p.learned[0].value);
  const auto expected = strategic_attention(p, q, k, v, learned, head);
  expect_close(part(p.weights, head), expected.weights, "weights", 3e-6);
  expect_close(part(p.out, head), expected.out, "out", 3e-6);
  const Complexes cq = as_complex(q), ck = as_complex(k), cv = as_complex(v), cl = as_complex(learned);
  const auto out = [&](const Complexes& at_q, const Complexes& at_k, const Complexes& at_v, const Complexes& at_l) {
    return strategic_attention(p, at_q, at_k, at_v, at_l, head).out;
  };
  expect_close(part(p.dq, head), pull_back([&](const Complexes& at) { return out(at, ck, cv, cl); }, q, d_out), "dq");
  expect_close(part(p.dk, head), pull_back([&](const Complexes& at) { return out(cq, at, cv, cl); }, k, d_out), "dk");
  expect_close(part(p.dv, head), pull_back([&](const Complexes& at) { return out(cq, ck, at, cl); }, v, d_out), "dv");
  const Numbers share = pull_back([&](const Complexes& at) { return out(cq, ck, cv, at); }, learned, d_out);
  for (size_t i = 0; i < share.size(); ++i) d_learned[i] += share[i];
}

// What the penalty on the reach z = furthest · σ(span) adds: penalty / H · dz/dspan.
void add_penalty(const StrategicProblem& p, Numbers& d_learned) {
  const Geometry& g = p.settings.geometry;
  const double furthest = g.is_grid() ? std::hypot(g.rows - 1, g.columns - 1) : std::max(g.queries, g.keys) - 1;
  for (size_t h = 0; h < d_learned.size(); ++h) {
    const double share = 1 / (1 + std::exp(-p.learned[0].value[h]));
    d_learned[h] += double{p.strategy.penalty} / p.settings.heads * std::max(furthest, 1.0) * share * (1 - share);
  }
}

void expect_as_reference(const ProblemSettings& settings) {
  SCOPED_TRACE(fmt::format("{} on {} × {}, B {} H {} D {}", settings.pattern, settings.geometry.queries,
                           settings.geometry.keys, settings.batch, settings.heads, settings.head_width));
  StrategicProblem p(settings);
  p.run().run();  // the second time over the first's leftovers
  Numbers d_learned(p.learned.empty() ? 0 : p.learned[0].value.count());
  for (int64_t head = 0; head < int64_t{settings.batch} * settings.heads; ++head)
    expect_head_as_reference(p, head, d_learned);
  if (p.strategy.kind == "span") add_penalty(p, d_learned);
  if (!p.learned.empty()) expect_close(numbers(p.learned[0].gradient), d_learned, "d_learned", 2e-5);
}

class StrategyOn : public testing::TestWithParam<const char*> {
 protected:
  std::string of(const std::string& pattern) const {
    return pattern + (pattern.find(':') == std::string::npos ? ":" : ",") + GetParam();
  }
};
constexpr const char* kFixed[] = {"strategy=uniform", "strategy=gaussian,sigma=1.3", "strategy=identity",
                                  "strategy=off"};
constexpr const char* kLearning[] = {"strategy=synthesizer", "strategy=temperature", "strategy=top_k,k=3",
                                     "strategy=fixed_temperature,temperature=2.5",
                                     "strategy=span,ramp=1.5,penalty=0.3"};
INSTANTIATE_TEST_SUITE_P(Fixed, StrategyOn, testing::ValuesIn(kFixed));
INSTANTIATE_TEST_SUITE_P(Learning, StrategyOn, testing::ValuesIn(kLearning));

TEST_P(StrategyOn, EveryPattern) {
  for (const char* pattern : {"dense", "dense:causal", "local:window=2,global=1", "block:block=4", "bigbird:random=2"})
    expect_as_reference({of(pattern), Geometry::sequence(9), 2, 3, 4});
}

TEST_P(StrategyOn, Grids) {
  for (const char* pattern : {"dense", "local:window=1"})
    expect_as_reference({of(pattern), Geometry::grid(3, 4, 1), 2, 2, 3});
}

TEST_P(StrategyOn, AwkwardSizes) {
  for (int width : {1, 7, 8, 17}) expect_as_reference({of("dense"), Geometry::sequence(5), 1, 2, width});
  for (int heads : {1, 17}) expect_as_reference({of("dense"), Geometry::sequence(4), 2, heads, 2});
  for (const auto& [queries, keys] : {std::pair(3, 11), std::pair(11, 3), std::pair(1, 1)})
    expect_as_reference({of("dense"), Geometry::sequence(queries, keys), 1, 2, 3});
}

TEST_P(StrategyOn, Padding) { expect_as_reference({of("dense"), Geometry::sequence(6), 4, 2, 3, {6, 4, 1, 0}}); }

TEST_P(StrategyOn, TheSameBitsOnAnyNumberOfThreads) {
  const auto bits = [&](int count) {
    const NumberOfThreads these(count);
    StrategicProblem p({of("local:window=6"), Geometry::sequence(40), 5, 7, 6, {40, 33, 20, 7, 0}});
    p.run();
    Numbers all;
    for (Tensor t : {p.weights, p.out, p.dq, p.dk, p.dv}) all.insert(all.end(), t.begin(), t.end());
    for (const ScoreTensor& t : p.learned) all.insert(all.end(), t.gradient.begin(), t.gradient.end());
    return all;
  };
  EXPECT_EQ(bits(1), bits(4));
}

TEST_P(StrategyOn, NotANumberIsNotHidden) {
  StrategicProblem p({of("dense"), Geometry::sequence(12), 1, 1, 4});
  p.v[4 * 7] = std::numeric_limits<float>::quiet_NaN();
  p.run();
  EXPECT_EQ(std::isnan(p.out[4 * 7]), std::string(GetParam()) != "strategy=off");  // which reads nothing
}

TEST(Strategies, TopKKeepsSoManyAndWhatIsNoNumber) {
  StrategicProblem p({"dense:strategy=top_k,k=3", Geometry::sequence(12), 1, 2, 4});
  std::fill(p.k.begin(), p.k.end(), 1.0f);  // all keys alike: the first ones are kept
  p.run();
  for (int64_t row = 0; row < 2 * 12; ++row)
    for (int j = 0; j < 12; ++j) EXPECT_NEAR(p.weights[row * 12 + j], j < 3 ? 1.0 / 3 : 0.0, 1e-6);
  p.k[4 * 9] = std::numeric_limits<float>::quiet_NaN();
  p.run();
  EXPECT_TRUE(std::isnan(p.out[0]));
}

TEST(Strategies, AHeadReachesAsFarAsItsFigureSays) {
  StrategicProblem p({"dense:strategy=span,ramp=1", Geometry::sequence(21), 1, 2, 4});
  p.learned[0].value[0] = -3;
  p.learned[0].value[1] = 1;
  p.run();
  for (int h = 0; h < 2; ++h) {
    const float reach = p.attention->learned_figure(h);
    EXPECT_NEAR(reach, 20 / (1 + std::exp(-p.learned[0].value[h])), 1e-4);
    for (int i = 0; i < 21; ++i)
      for (int j = 0; j < 21; ++j) EXPECT_EQ(p.weights[(h * 21 + i) * 21 + j] > 0, std::abs(i - j) < reach + 1);
  }
}

TEST(Strategies, LinearIsLinearAttention) {
  StrategicProblem p({"dense:causal,strategy=linear", Geometry::sequence(9), 1, 1, 3});
  p.run();
  const auto expected = reference::linear_attention(part(p.q, 0), part(p.k, 0), part(p.v, 0), 3,
                                                    [&](int i, int j) { return p.exists(0, i, j); });
  expect_close(part(p.out, 0), expected.out, "out");
}

int64_t multiply_adds(const char* lane) {
  const StrategicProblem p({lane, Geometry::sequence(10), 2, 3, 5});
  return strategy_multiply_adds(p.strategy, p.problem);
}

TEST(Strategies, CostByTheirMathematics) {
  constexpr int64_t kHeads = 2 * 3, kWidth = 5;
  EXPECT_EQ(multiply_adds("dense"), 3 * 2 * kWidth * 100 * kHeads);
  EXPECT_EQ(multiply_adds("dense:strategy=top_k"), multiply_adds("dense"));
  EXPECT_EQ(multiply_adds("dense:strategy=span"), multiply_adds("dense"));
  EXPECT_EQ(multiply_adds("dense:strategy=uniform"), 2 * kWidth * 100 * kHeads);
  EXPECT_EQ(multiply_adds("dense:strategy=identity"), 2 * kWidth * 10 * kHeads);
  EXPECT_EQ(multiply_adds("dense:strategy=off"), 0);
  EXPECT_EQ(multiply_adds("local:window=0,strategy=synthesizer"), 3 * kWidth * 10 * kHeads);
  EXPECT_EQ(multiply_adds("dense:strategy=linear"), 3 * 20 * kWidth * 6 * kHeads);
  EXPECT_EQ(multiply_adds("dense:strategy=temperature"), multiply_adds("dense") + 3 * kWidth * 10 * kHeads);
}

TEST(Strategies, OneTableOfWeightsServesAllThatShareIt) {
  const auto bytes = [](const char* lane) {
    return StrategicProblem({lane, Geometry::sequence(10), 2, 3, 5}).attention->weight_bytes();
  };
  EXPECT_EQ(bytes("dense:strategy=gaussian"), 4 * 100);
  EXPECT_EQ(bytes("dense:strategy=synthesizer"), 4 * 100 * 3);
}

TEST(Strategies, AreWrittenAndReadWithTheLane) {
  for (const char* lane :
       {"dense:strategy=top_k,k=5", "local:window=2,score=cosine,strategy=span,ramp=1.5,penalty=0.25",
        "dense+local:window=1,strategy=gaussian,sigma=0.5,heads=1-2", "dense:strategy=linear"})
    EXPECT_EQ(text(parse_allocation(lane)), lane);
  EXPECT_EQ(text(parse_allocation("dense:k=5,strategy=top_k")), "dense:strategy=top_k,k=5");
  EXPECT_EQ(text(parse_allocation("linear")), "dense:strategy=linear");
  EXPECT_EQ(text(parse_allocation("hierarchical:chosen=3,causal")),
            "dense:causal,strategy=hierarchical,block=0,chosen=3");
  EXPECT_EQ(text(parse_allocation("dense+top_k:k=3,heads=1")), "dense+dense:strategy=top_k,k=3,heads=1");
  EXPECT_EQ(title(parse_allocation("local:window=1,strategy=top_k,k=5"), true), "Local 3×3, top 5");
  EXPECT_EQ(title(parse_allocation("dense:strategy=gaussian"), true), "Gaussian ±1.5");
  EXPECT_EQ(title(parse_allocation("dense:causal,strategy=linear+dense:strategy=top_k,heads=2"), false),
            "Dense, causal, linear, head 2 top 8");
}

TEST(Strategies, RefuseWhatMakesNoSense) {
  const auto refused = [](const char* lane) -> std::string {
    try {
      validate(parse_allocation(lane), 2, 4);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  for (const char* lane :
       {"dense:strategy=loudest", "dense:strategy=top_k,k=0", "dense:strategy=top_k,k=1.5",
        "dense:strategy=gaussian,sigma=0", "dense:strategy=gaussian,sigma=nan", "dense:strategy=span,penalty=-1",
        "dense:k=5", "dense:strategy=top_k,k=x", "dense:strategy=top_k,strategy=span", "local:strategy=linear",
        "dense:strategy=linear,score=cosine", "dense:strategy=temperature,score=additive"})
    EXPECT_NE(refused(lane), "") << lane;
  EXPECT_EQ(refused("dense:strategy=top_k,score=additive"), "");
  EXPECT_EQ(refused("dense:strategy=temperature,score=general"), "");
}

struct NoRule : RowRule {};

TEST(Strategies, WithoutScoresRefuseRulesAndWrongShapes) {
  Arena arena;
  NoRule rule;
  RowRule* const rules[] = {&rule};
  AttentionProblem problem{1, 2, 3, 1, std::make_shared<TileMap>(Pattern{}, Geometry::sequence(4))};
  const auto make = [&](const char* kind, std::span<const ScoreTensor> learned) {
    return make_strategic_attention("scaled_dot", usual_strategy(find_strategy(kind)), problem, learned, arena);
  };
  EXPECT_THROW(make("synthesizer", {}), Error);
  const ScoreTensor wrong[] = {{arena.allocate(Shape{2, 15}), arena.allocate(Shape{2, 15})}};
  EXPECT_THROW(make("synthesizer", wrong), Error);
  EXPECT_NO_THROW(make("uniform", {}));
  problem.rules = rules;
  EXPECT_THROW(make("uniform", {}), Error);
  EXPECT_NO_THROW(make("top_k", {}));
}

}  // namespace
}  // namespace lab
