// Heads that are not alike: who does what, and that each does as it would alone.

#include "core/attention/joined_heads.h"

#include <gtest/gtest.h>

#include "core/attention/layer_maps.h"
#include "core/base/error.h"
#include "tests/core/attention/problem.h"

namespace lab {
namespace {

using reference::numbers;

TEST(HeadGroups, LaterExceptionsOverrideAndNeighboursJoin) {
  const auto groups = [](const char* allocation, int layer) {
    std::string all;
    for (const HeadGroup& group : head_groups(parse_allocation(allocation), layer, 4))
      all += fmt::format("{}+{} {} ", group.first, group.count, group.spending.pattern.kind);
    return all;
  };
  EXPECT_EQ(groups("dense", 0), "0+4 dense ");
  EXPECT_EQ(groups("dense+local:heads=1-2", 1), "0+2 local 2+2 dense ");
  EXPECT_EQ(groups("dense+local:heads=2", 0), "0+1 dense 1+1 local 2+2 dense ");
  EXPECT_EQ(groups("dense+local:heads=1-3+block:heads=2-4", 0), "0+1 local 1+3 block ");
  EXPECT_EQ(groups("dense+local:layers=2", 0), "0+4 dense ");
  EXPECT_EQ(groups("dense+local:layers=2", 1), "0+4 local ");
  EXPECT_EQ(groups("dense+local:heads=1+dense", 0), "0+4 dense ");
}

TEST(LayerMapsOf, EveryHeadAndTheirMean) {
  const auto maps = make_layer_maps(parse_allocation("shifted:block=4+local:window=1,layers=2,heads=2-3"),
                                    Geometry::grid(7, 7, 1), 2, 3);
  ASSERT_EQ(maps.size(), 2u);
  EXPECT_FALSE(maps[0].heads_differ());
  EXPECT_TRUE(maps[1].heads_differ());
  EXPECT_EQ(maps[1].heads[1], maps[1].heads[2]);
  EXPECT_NE(maps[0].of(0).runs(24)[1], maps[1].of(0).runs(24)[1]) << "shifted in the second layer";
  int64_t pairs = 0;
  for (int i = 0; i < 50; ++i)
    for (int j = 0; j < 50; ++j) {
      const bool any = maps[1].of(0).exists(i, j) || maps[1].of(1).exists(i, j);
      EXPECT_EQ(maps[1].of(-1).exists(i, j), any) << i << ", " << j;
      pairs += any;
    }
  EXPECT_EQ(maps[1].any->pairs(), pairs);
}

class JoinedHeads : public testing::TestWithParam<Kernel> {};
INSTANTIATE_TEST_SUITE_P(Kernels, JoinedHeads, testing::Values(Kernel::kPairs, Kernel::kTiles), kernel_name);

// A problem of four heads, whose heads 0, 1–2 and 3 have patterns of their own.
TEST_P(JoinedHeads, EachHeadDoesAsItWouldAlone) {
  const char* patterns[] = {"dense", "local:window=2", "local:window=2", "strided:stride=5"};
  const Geometry geometry = Geometry::sequence(37);
  Problem whole({"dense", geometry, 3, 4, 5}, GetParam());
  const auto map = [&](const char* pattern) { return std::make_shared<TileMap>(parse_pattern(pattern), geometry); };
  std::vector<HeadKernel> parts;
  for (const auto& [first, count] : {std::pair(0, 1), std::pair(1, 2), std::pair(3, 1)}) {
    AttentionProblem problem = whole.problem;
    problem.heads = count;
    problem.map = map(patterns[first]);
    parts.push_back({first, count, make_attention(problem, whole.inputs.arena(), GetParam())});
  }
  int64_t bytes = 0;
  for (const HeadKernel& part : parts) bytes += part.kernel->weight_bytes();
  whole.attention = join_heads(std::move(parts));
  EXPECT_EQ(whole.attention->weight_bytes(), bytes);
  whole.run();
  for (int head = 0; head < 4; ++head) {
    Problem alone({patterns[head], geometry, 3, 4, 5}, GetParam());  // the same numbers: the seed is the same
    ASSERT_EQ(numbers(alone.q), numbers(whole.q));
    alone.run();
    const std::pair<Tensor, Tensor> sides[] = {{alone.out, whole.out},
                                               {alone.dq, whole.dq},
                                               {alone.dk, whole.dk},
                                               {alone.dv, whole.dv},
                                               {alone.weights, whole.weights}};
    for (const auto& [expected, found] : sides) {
      const int64_t size = expected.shape[2] * expected.shape[3];
      for (int64_t b = 0; b < 3; ++b)
        for (int64_t at = (b * 4 + head) * size; at < (b * 4 + head + 1) * size; ++at)
          ASSERT_EQ(expected[at], found[at]) << "head " << head;
    }
  }
}

}  // namespace
}  // namespace lab
