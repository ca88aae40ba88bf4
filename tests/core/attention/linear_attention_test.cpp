// Linear attention against the oracle, forward and backward, and what must hold of it whatever the numbers are.

#include "core/attention/linear_attention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "tests/core/attention/head_reference.h"
#include "tests/core/attention/problem.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"

namespace lab {
namespace {

using reference::as_complex;
using reference::expect_close;
using reference::numbers;
using Numbers = std::vector<double>;
using Complexes = std::vector<reference::Complex>;

struct LinearProblem : Problem {
  explicit LinearProblem(const ProblemSettings& s) : Problem(s, Kernel::kAutomatic) {
    attention = make_linear_attention(problem, inputs.arena());
  }
};

void expect_head_as_reference(const Problem& p, int64_t head) {
  expect_head(p, head, [&](const auto& q, const auto& k, const auto& v) {
    return reference::linear_attention(q, k, v, p.settings.head_width, [&](int i, int j) {
      return p.exists(static_cast<int>(head / p.settings.heads), i, j);
    });
  });
}

void expect_as_reference(const ProblemSettings& settings) {
  SCOPED_TRACE(fmt::format("{} on {} × {}, B {} H {} D {}", settings.pattern, settings.geometry.queries,
                           settings.geometry.keys, settings.batch, settings.heads, settings.head_width));
  LinearProblem p(settings);
  p.run().run();  // the second time over the first's leftovers
  for (int64_t head = 0; head < int64_t{settings.batch} * settings.heads; ++head) expect_head_as_reference(p, head);
}

class LinearAttentionOn : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Patterns, LinearAttentionOn, testing::Values("dense", "dense:causal"));

TEST_P(LinearAttentionOn, LengthsAroundTheChunks) {
  for (int tokens : {1, 2, 11, 31, 32, 33, 65}) expect_as_reference({GetParam(), Geometry::sequence(tokens), 1, 1, 3});
}

TEST_P(LinearAttentionOn, AwkwardWidthsAndHeads) {
  for (int width : {1, 2, 7, 8, 15, 16, 17, 33}) expect_as_reference({GetParam(), Geometry::sequence(9), 1, 1, width});
  for (int heads : {1, 3, 17}) expect_as_reference({GetParam(), Geometry::sequence(5), 2, heads, 3});
}

TEST_P(LinearAttentionOn, MoreQueriesThanKeysAndFewer) {
  for (const auto& [queries, keys] : {std::pair(3, 71), std::pair(71, 3), std::pair(1, 40), std::pair(40, 1)})
    expect_as_reference({GetParam(), Geometry::sequence(queries, keys), 1, 1, 3});
}

TEST_P(LinearAttentionOn, Padding) {
  expect_as_reference({GetParam(), Geometry::sequence(7), 5, 2, 3, {7, 4, 1, 0, 6}});
  expect_as_reference({GetParam(), Geometry::sequence(40), 3, 1, 2, {33, 32, 31}});
}

TEST_P(LinearAttentionOn, NumbersOfAnySizeStayFinite) {
  for (float size : {1e-3f, 10.0f, 30.0f, 100.0f, 1e4f}) {
    LinearProblem p({GetParam(), Geometry::sequence(40), 1, 2, 8, {}, size});
    p.run();
    for (Tensor result : {p.weights, p.out, p.dq, p.dk, p.dv})
      for (float value : result) ASSERT_TRUE(std::isfinite(value)) << size;
  }
}

TEST_P(LinearAttentionOn, NotANumberIsNotHidden) {
  LinearProblem p({GetParam(), Geometry::sequence(40), 1, 1, 4});
  p.q[4 * 7] = std::numeric_limits<float>::quiet_NaN();
  p.run();
  EXPECT_TRUE(std::isnan(p.out[4 * 7]));
  EXPECT_FALSE(std::isnan(p.out[0]));
}

// The memory grows with the tokens, never with their square.
TEST_P(LinearAttentionOn, MemoryGrowsWithTheTokens) {
  const auto bytes = [](int tokens) {
    Arena arena;
    AttentionProblem problem{1, 2, 32, 1,
                             std::make_shared<TileMap>(parse_pattern(GetParam()), Geometry::sequence(tokens))};
    const auto attention = make_linear_attention(problem, arena);
    return static_cast<double>(arena.bytes()) + static_cast<double>(attention->weight_bytes());
  };
  EXPECT_LT(bytes(4096), 2.01 * bytes(2048));
}

TEST(LinearAttention, CausalOutputsDoNotKnowLaterTokens) {
  constexpr int64_t kTokens = 67, kChanged = 41, kWidth = 6;
  LinearProblem p({"dense:causal", Geometry::sequence(kTokens), 1, 2, kWidth});
  p.run();
  const Numbers before = numbers(p.out);
  for (int64_t h = 0; h < 2; ++h)
    for (Tensor side : {p.k, p.v})
      for (int64_t i = (h * kTokens + kChanged) * kWidth; i < (h + 1) * kTokens * kWidth; ++i)
        side[i] = 1 - 3 * side[i];
  p.run();
  const Numbers after = numbers(p.out);
  for (int64_t h = 0; h < 2; ++h) {
    const int64_t begin = h * kTokens * kWidth, changed = begin + kChanged * kWidth;
    EXPECT_TRUE(std::equal(before.begin() + begin, before.begin() + changed, after.begin() + begin));
    EXPECT_NE(before[changed], after[changed]);
  }
}

TEST(LinearAttention, FeaturesThatVanishGiveZerosAndPassNoGradient) {
  LinearProblem p({"dense", Geometry::sequence(9), 1, 1, 4});
  std::fill(p.k.begin(), p.k.end(), -200.0f);  // e⁻²⁰⁰ is 0 in a float
  p.run();
  for (Tensor result : {p.weights, p.out, p.dq, p.dk, p.dv})
    for (float value : result) EXPECT_EQ(value, 0);
}

TEST(LinearAttention, ReadsJointProjectionsAsWell) {
  constexpr int64_t kTokens = 37, kWidth = 5;
  LinearProblem p({"dense:causal", Geometry::sequence(kTokens), 1, 1, kWidth});
  p.run();
  const Tensor joint = p.inputs.zeros({1, kTokens, 3 * kWidth}), d_joint = p.inputs.zeros(joint.shape);
  const Tensor sides[] = {p.q, p.k, p.v}, gradients[] = {p.dq, p.dk, p.dv};
  const auto rows = [](Tensor tensor, int third) { return HeadRows::of_joint(tensor, 1, third); };
  for (int third = 0; third < 3; ++third)
    for (int64_t n = 0; n < kTokens; ++n)
      std::copy_n(sides[third].data + n * kWidth, kWidth, rows(joint, third).row(0, 0, n));
  const Numbers out = numbers(p.out);
  p.attention->forward(rows(joint, 0), rows(joint, 1), rows(joint, 2), HeadRows::of(p.out));
  p.attention->backward(HeadRows::of(p.d_out), rows(d_joint, 0), rows(d_joint, 1), rows(d_joint, 2));
  EXPECT_EQ(numbers(p.out), out);
  for (int third = 0; third < 3; ++third)
    for (int64_t i = 0; i < kTokens * kWidth; ++i)
      EXPECT_EQ(rows(d_joint, third).row(0, 0, i / kWidth)[i % kWidth], gradients[third][i]);
}

TEST(LinearAttention, RefusesOtherPatternsAndSizesThatMakeNoSense) {
  Arena arena;
  const auto map = [](const char* pattern) {
    return std::make_shared<TileMap>(parse_pattern(pattern), Geometry::sequence(4));
  };
  for (const char* pattern : {"local:window=1", "block:block=2"})
    EXPECT_THROW(make_linear_attention({1, 1, 1, 1, map(pattern)}, arena), Error);
  const std::vector<int> lengths{5};
  for (const AttentionProblem& bad :
       {AttentionProblem{0, 1, 1, 1, map("dense")}, AttentionProblem{1, 1, 0, 1, map("dense")},
        AttentionProblem{1, 1, 1, 1, map("dense"), lengths}})
    EXPECT_THROW(make_linear_attention(bad, arena), Error);
}

TEST(LinearAttention, CostsByTokensAndNotByPairs) {
  const LinearProblem p({"dense", Geometry::sequence(100), 2, 3, 5});
  EXPECT_EQ(linear_attention_multiply_adds(p.problem), 3 * (100 + 100) * 5 * 6 * 2 * 3);
  EXPECT_EQ(p.attention->weight_bytes(), 4 * 100 * 2 * 3);
}

}  // namespace
}  // namespace lab
