// What must hold of attention whatever the numbers are, for both kernels.

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/core/attention/problem.h"

namespace lab {
namespace {

using reference::expect_close;
using reference::numbers;

class Attention : public testing::TestWithParam<Kernel> {};
INSTANTIATE_TEST_SUITE_P(Kernels, Attention, testing::Values(Kernel::kPairs, Kernel::kTiles), kernel_name);

TEST_P(Attention, RowsSumToOneAndAbsentPairsAreZero) {
  for (const char* pattern : {"dense", "dense:causal", "local:window=3", "block:block=7,global=1", "shifted:block=6",
                              "dilated:window=2,dilation=9", "strided:stride=8,causal", "bigbird:random=4"}) {
    Problem p({pattern, Geometry::sequence(70), 2, 3, 5}, GetParam());
    p.run();
    for (int64_t row = 0; row < 2 * 3 * 70; ++row) {
      double total = 0;
      for (int j = 0; j < 70; ++j) {
        const float weight = p.weights[row * 70 + j];
        EXPECT_GE(weight, 0);
        if (!p.exists(0, static_cast<int>(row % 70), j)) {
          EXPECT_EQ(weight, 0);
        }
        total += weight;
      }
      EXPECT_NEAR(total, 1, 1e-5);
    }
  }
}

TEST_P(Attention, AWindowOrBlockOverEverythingIsDense) {
  for (const auto& geometry : {Geometry::sequence(37), Geometry::grid(6, 6, 1)}) {
    Problem dense({"dense", geometry, 2, 2, 8}, GetParam());
    dense.run();
    for (const char* pattern :
         {"local:window=37", "block:block=37", "local:window=0,global=37", "dilated:window=37,dilation=1",
          "shifted:block=37", "strided:stride=1", "bigbird:random=64"}) {
      Problem p({pattern, geometry, 2, 2, 8}, GetParam());
      p.run();
      EXPECT_EQ(numbers(p.out), numbers(dense.out)) << pattern;
      EXPECT_EQ(numbers(p.dq), numbers(dense.dq)) << pattern;
      EXPECT_EQ(numbers(p.dk), numbers(dense.dk)) << pattern;
      EXPECT_EQ(numbers(p.dv), numbers(dense.dv)) << pattern;
    }
  }
}

TEST_P(Attention, CausalOutputsDoNotKnowLaterTokens) {
  for (const char* pattern :
       {"dense:causal", "local:window=9,causal", "block:block=50,causal", "dilated:window=5,dilation=2,causal",
        "strided:stride=6,causal", "bigbird:window=1,random=4,causal"}) {
    Problem p({pattern, Geometry::sequence(67), 1, 2, 6}, GetParam());
    p.run();
    const std::vector<double> before = numbers(p.out);
    constexpr int64_t kChanged = 41;
    for (int64_t h = 0; h < 2; ++h)
      for (Tensor side : {p.k, p.v})
        for (int64_t i = (h * 67 + kChanged) * 6; i < (h + 1) * 67 * 6; ++i) side[i] = -3 * side[i] + 1;
    p.run();
    const std::vector<double> after = numbers(p.out);
    for (int64_t h = 0; h < 2; ++h) {
      const int64_t begin = h * 67 * 6, changed = begin + kChanged * 6;
      EXPECT_TRUE(std::equal(before.begin() + begin, before.begin() + changed, after.begin() + begin)) << pattern;
      EXPECT_NE(before[changed], after[changed]) << pattern;
    }
  }
}

TEST_P(Attention, TheOrderOfKeysDoesNotMatter) {
  Problem p({"dense", Geometry::sequence(20, 45), 1, 1, 8}, GetParam());
  p.run();
  const std::vector<double> before = numbers(p.out);
  std::vector<uint32_t> order(45);
  p.inputs.rng().permute(order);
  for (Tensor side : {p.k, p.v}) {
    const std::vector<double> old = numbers(side);
    for (size_t j = 0; j < 45; ++j)
      for (size_t d = 0; d < 8; ++d) side[j * 8 + d] = static_cast<float>(old[order[j] * 8 + d]);
  }
  p.run();
  expect_close(p.out, before, "out", 1e-6);
}

TEST_P(Attention, AQueryWithoutKeysGivesZerosAndPassesNoGradient) {
  // the second sentence is empty, and local queries beyond the keys' end see nothing
  Problem empty({"dense", Geometry::sequence(6, 9), 2, 2, 5, {9, 0}}, GetParam());
  empty.run();
  const int64_t half = empty.out.count() / 2, key_half = empty.dk.count() / 2;
  for (int64_t i = 0; i < half; ++i) {
    EXPECT_EQ(empty.out[half + i], 0);
    EXPECT_EQ(empty.dq[half + i], 0);
  }
  for (int64_t i = 0; i < key_half; ++i) {
    EXPECT_EQ(empty.dk[key_half + i], 0);
    EXPECT_EQ(empty.dv[key_half + i], 0);
  }
  Problem beyond({"local:window=1", Geometry::sequence(80, 5), 1, 1, 3}, GetParam());
  beyond.run();
  for (int64_t i = 6 * 3; i < 80 * 3; ++i) {
    EXPECT_EQ(beyond.out[i], 0);
    EXPECT_EQ(beyond.dq[i], 0);
  }
}

TEST_P(Attention, HugeScoresStayFinite) {
  for (float size : {30.0f, 100.0f, 1e4f}) {
    Problem p({"dense", Geometry::sequence(40), 1, 2, 8, {}, size}, GetParam());
    p.run();
    for (Tensor result : {p.weights, p.out, p.dq, p.dk, p.dv})
      for (float value : result) ASSERT_TRUE(std::isfinite(value)) << size;
  }
}

TEST_P(Attention, AllScoresFarBelowZeroAreAsGoodAsAny) {
  Problem p({"dense", Geometry::sequence(9), 1, 1, 1}, GetParam());
  std::fill(p.q.begin(), p.q.end(), 100.0f);
  std::fill(p.k.begin(), p.k.end(), -100.0f);
  p.run();
  for (float weight : p.weights) EXPECT_NEAR(weight, 1.0f / 9, 1e-5);  // scores of 1e4 are good to 1e-3
}

TEST_P(Attention, NotANumberIsNotHidden) {
  for (bool in_keys : {false, true}) {
    Problem p({"dense", Geometry::sequence(40), 1, 1, 4}, GetParam());
    (in_keys ? p.k : p.q)[4 * 7] = std::numeric_limits<float>::quiet_NaN();
    p.run();
    EXPECT_TRUE(std::isnan(p.out[4 * 7]));
    EXPECT_EQ(std::isnan(p.out[0]), in_keys);
  }
}

// [B, H, N, D] and thirds of [B, N, 3C] hold the same numbers; the kernels must not care which.
TEST_P(Attention, ReadsJointProjectionsAsWell) {
  constexpr int64_t kBatch = 2, kHeads = 3, kTokens = 37, kWidth = 5, kJoint = 3 * kHeads * kWidth;
  Problem p({"local:window=4", Geometry::sequence(kTokens), kBatch, kHeads, kWidth}, GetParam());
  p.run();
  const Tensor joint = p.inputs.zeros({kBatch, kTokens, kJoint}), d_joint = p.inputs.zeros(joint.shape);
  const Tensor out = p.inputs.zeros({kBatch, kTokens, kHeads * kWidth}), d_out = p.inputs.zeros(out.shape);
  const auto each = [&](HeadRows a, HeadRows b, const auto& body) {
    for (int64_t i = 0; i < kBatch * kHeads * kTokens * kWidth; ++i) {
      const int64_t d = i % kWidth, n = i / kWidth % kTokens, h = i / kWidth / kTokens % kHeads;
      const int64_t batch = i / kWidth / kTokens / kHeads;
      body(a.row(batch, h, n)[d], b.row(batch, h, n)[d]);
    }
  };
  const auto copy = [](float& to, float from) { to = from; };
  const auto expect_equal = [](float a, float b) { ASSERT_EQ(a, b); };
  const Tensor sides[] = {p.q, p.k, p.v}, gradients[] = {p.dq, p.dk, p.dv};
  for (int third = 0; third < 3; ++third)
    each(HeadRows::of_joint(joint, kHeads, third), HeadRows::of(sides[third]), copy);
  each(HeadRows::of_tokens(d_out, kHeads), HeadRows::of(p.d_out), copy);

  const auto attention = make_attention(p.problem, p.inputs.arena(), GetParam());
  const auto rows = [](Tensor t, int third) { return HeadRows::of_joint(t, kHeads, third); };
  attention->forward(rows(joint, 0), rows(joint, 1), rows(joint, 2), HeadRows::of_tokens(out, kHeads));
  attention->backward(HeadRows::of_tokens(d_out, kHeads), rows(d_joint, 0), rows(d_joint, 1), rows(d_joint, 2));
  each(HeadRows::of_tokens(out, kHeads), HeadRows::of(p.out), expect_equal);
  for (int third = 0; third < 3; ++third) each(rows(d_joint, third), HeadRows::of(gradients[third]), expect_equal);
}

TEST(AttentionCost, CountsExistingPairsOnly) {
  Problem dense({"dense", Geometry::sequence(64), 2, 3, 5}, Kernel::kPairs);
  Problem local({"local:window=1", Geometry::sequence(64), 2, 3, 5}, Kernel::kPairs);
  EXPECT_EQ(attention_multiply_adds(dense.problem), 6 * 5 * 64 * 64 * 2 * 3);
  EXPECT_EQ(attention_multiply_adds(local.problem), 6 * 5 * (64 * 3 - 2) * 2 * 3);
  EXPECT_EQ(dense.attention->weight_bytes(), 4 * 64 * 64 * 2 * 3);
  EXPECT_EQ(local.attention->weight_bytes(), 4 * (64 * 3 - 2) * 2 * 3);
}

}  // namespace
}  // namespace lab
