// Both kernels against the oracle, forward and backward: every pattern, awkward sizes, padding.

#include "core/attention/attention.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/attention/head_reference.h"
#include "tests/core/attention/problem.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"

namespace lab {
namespace {

using reference::as_complex;
using reference::Complex;
using reference::expect_close;
using Numbers = std::vector<double>;
using Complexes = std::vector<Complex>;

void expect_head_as_reference(const Problem& p, int64_t head) {
  expect_head(p, head, [&](const auto& q, const auto& k, const auto& v) {
    return reference::attention(q, k, v, p.settings.head_width, p.problem.scale, [&](int i, int j) {
      return p.exists(static_cast<int>(head / p.settings.heads), i, j);
    });
  });
}

void expect_as_reference(const ProblemSettings& settings, Kernel kernel) {
  SCOPED_TRACE(fmt::format("{} on {} × {}, B {} H {} D {}", settings.pattern, settings.geometry.queries,
                           settings.geometry.keys, settings.batch, settings.heads, settings.head_width));
  Problem p(settings, kernel);
  p.run().run();  // the second time over the first's leftovers
  for (int64_t head = 0; head < int64_t{settings.batch} * settings.heads; ++head) expect_head_as_reference(p, head);
}

class AttentionOracle : public testing::TestWithParam<Kernel> {};
INSTANTIATE_TEST_SUITE_P(Kernels, AttentionOracle, testing::Values(Kernel::kPairs, Kernel::kTiles), kernel_name);

TEST_P(AttentionOracle, EveryPatternOnASequence) {
  for (const char* pattern :
       {"dense", "dense:causal", "local:window=0", "local:window=2", "local:window=2,causal", "local:window=1,global=2",
        "block:block=1", "block:block=4", "block:block=5,causal", "block:block=3,global=1",
        "block:block=3,global=2,causal", "dilated:window=2,dilation=3", "dilated:window=3,dilation=2,causal",
        "shifted:block=4", "strided:stride=4", "strided:stride=5,global=1,causal", "bigbird:window=1,random=2,global=1",
        "bigbird:window=0,random=2,causal"})
    for (int tokens : {1, 2, 11, 33}) expect_as_reference({pattern, Geometry::sequence(tokens), 1, 1, 3}, GetParam());
}

TEST_P(AttentionOracle, EveryPatternOnAGrid) {
  for (const char* pattern : {"dense", "local:window=1", "local:window=2", "block:block=2", "block:block=3,global=3",
                              "dilated:window=1,dilation=2", "shifted:block=2", "strided:stride=5", "bigbird"})
    for (int prefix : {0, 1, 2}) expect_as_reference({pattern, Geometry::grid(4, 5, prefix), 1, 2, 4}, GetParam());
}

TEST_P(AttentionOracle, PaintedPairsAndQueriesWithNone) {
  for (const char* pattern :
       {"painted:mask=0-3/-/0.2/1.3", "painted:mask=-/-/3/-,global=1", "painted:mask=3/2-3/0.3/0"})
    expect_as_reference({pattern, Geometry::sequence(4), 2, 2, 3}, GetParam());
  expect_as_reference({"painted:mask=0/0.1/2/4/3-4", Geometry::grid(2, 2, 1), 1, 2, 3}, GetParam());
}

TEST_P(AttentionOracle, AwkwardWidthsAndHeads) {
  for (int width : {1, 2, 5, 8, 16, 17, 31, 40})
    expect_as_reference({"local:window=3", Geometry::sequence(9), 1, 1, width}, GetParam());
  for (int heads : {1, 3, 7, 8, 9, 16, 17, 33})
    expect_as_reference({"dense", Geometry::sequence(4), 1, heads, 3}, GetParam());
  expect_as_reference({"dense", Geometry::sequence(3), 9, 2, 2}, GetParam());
}

TEST_P(AttentionOracle, MoreQueriesThanKeysAndFewer) {
  for (const char* pattern : {"dense", "dense:causal", "local:window=2", "block:block=4", "local:window=1,global=1"})
    for (const auto& [queries, keys] : {std::pair(3, 37), std::pair(37, 3), std::pair(1, 12), std::pair(12, 1)})
      expect_as_reference({pattern, Geometry::sequence(queries, keys), 1, 1, 3}, GetParam());
}

TEST_P(AttentionOracle, OverTheEdgesOfTiles) {
  for (const char* pattern : {"dense", "local:window=5", "block:block=31", "block:block=33", "dense:causal",
                              "strided:stride=31", "dilated:window=3,dilation=16", "bigbird:random=5"})
    for (int tokens : {31, 32, 65}) expect_as_reference({pattern, Geometry::sequence(tokens), 1, 1, 1}, GetParam());
}

TEST_P(AttentionOracle, Padding) {
  for (const char* pattern : {"dense", "dense:causal", "local:window=1", "block:block=3"})
    expect_as_reference({pattern, Geometry::sequence(7), 5, 2, 3, {7, 4, 1, 0, 6}}, GetParam());
  expect_as_reference({"dense", Geometry::sequence(40), 3, 1, 1, {33, 32, 31}}, GetParam());
}

TEST_P(AttentionOracle, RandomProblems) {
  Rng rng(5, stream::kTests);
  const auto draw = [&](int bound) { return static_cast<int>(rng.below(bound)); };
  for (int round = 0; round < 60; ++round) {
    ProblemSettings s;
    const PatternKind& kind = pattern_kinds()[draw(static_cast<int>(pattern_kinds().size()))];
    if (kind.painted) continue;  // its mask is for as many keys as queries
    Pattern pattern = usual_pattern(kind);
    for (const PatternSetting& setting : kind.settings) pattern.*setting.value = setting.smallest + draw(9);
    s.pattern = text(pattern) + (kind.settings.empty() ? ":global=0" : "");
    if (draw(3) == 0) s.pattern += ",global=" + std::to_string(draw(4));
    if (draw(3) == 0) s.pattern += ",causal";
    s.geometry = Geometry::sequence(1 + draw(40), 1 + draw(40));
    s.batch = 1 + draw(3);
    s.heads = 1 + draw(3);
    s.head_width = 1 + draw(6);
    if (draw(2) == 0)
      for (int b = 0; b < s.batch; ++b) s.key_lengths.push_back(draw(s.geometry.keys + 1));
    s.size = 0.1f + 2 * rng.uniform();
    expect_as_reference(s, GetParam());
  }
}

TEST(Attention, RefusesSizesThatMakeNoSense) {
  Arena arena;
  const auto map = std::make_shared<TileMap>(Pattern{}, Geometry::sequence(4));
  const std::vector<int> lengths{4, 4}, too_long{5}, negative{-1};
  for (const AttentionProblem& bad :
       {AttentionProblem{0, 1, 1, 1, map}, AttentionProblem{1, 0, 1, 1, map}, AttentionProblem{1, 1, 0, 1, map},
        AttentionProblem{1, 1, 1, 1, map, lengths}, AttentionProblem{1, 1, 1, 1, map, too_long},
        AttentionProblem{1, 1, 1, 1, map, negative}})
    for (Kernel kernel : {Kernel::kAutomatic, Kernel::kPairs, Kernel::kTiles})
      EXPECT_THROW(make_attention(bad, arena, kernel), Error);
}

}  // namespace
}  // namespace lab
