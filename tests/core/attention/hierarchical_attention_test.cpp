// Hierarchical attention against the oracle, forward and backward, and what must hold of it whatever the numbers are.

#include "core/attention/hierarchical_attention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/attention/key_blocks.h"
#include "core/attention/strategy.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "tests/core/attention/head_reference.h"
#include "tests/core/attention/problem.h"
#include "tests/core/number_of_threads.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"

namespace lab {
namespace {

using reference::as_complex;
using reference::expect_close;
using reference::numbers;
using Numbers = std::vector<double>;
using Complexes = std::vector<reference::Complex>;

struct BlockProblem : Problem {
  BlockProblem(const ProblemSettings& s, BlockChoice choice) : Problem(s, Kernel::kAutomatic) {
    problem.blocks = choice;
    attention = make_attention(problem, inputs.arena());
  }

  /// Written independently of KeyBlocks; −1 for a query beyond the keys.
  int block_of(int token) const {
    const Geometry& g = settings.geometry;
    const int block = problem.blocks.block;
    if (token >= g.keys) return -1;
    if (!g.is_grid()) return token / block;
    if (token < g.prefix) return 0;
    const int row = (token - g.prefix) / g.columns, column = (token - g.prefix) % g.columns;
    const int across = static_cast<int>(std::ceil(static_cast<double>(g.columns) / block));
    return (g.prefix > 0 ? 1 : 0) + row / block * across + column / block;
  }

  template <class N>
  reference::Attended<typename N::value_type> reference_head(int64_t head, const N& at_q, const N& at_k,
                                                             const N& at_v) const {
    const int picture = static_cast<int>(head / settings.heads);
    return reference::hierarchical_attention(
        at_q, at_k, at_v, settings.head_width, problem.scale, problem.blocks.chosen, settings.geometry.prefix > 0,
        problem.map->pattern().causal, [&](int token) { return block_of(token); },
        [&](int i, int j) { return exists(picture, i, j); });
  }
};

void expect_as_reference(const ProblemSettings& settings, BlockChoice choice) {
  SCOPED_TRACE(fmt::format("{} on {} × {}, B {} H {} D {}, {} blocks of {}", settings.pattern,
                           settings.geometry.queries, settings.geometry.keys, settings.batch, settings.heads,
                           settings.head_width, choice.chosen, choice.block));
  BlockProblem p(settings, choice);
  p.run().run();  // the second time over the first's leftovers
  for (int64_t head = 0; head < int64_t{settings.batch} * settings.heads; ++head)
    expect_head(p, head, [&](const auto& q, const auto& k, const auto& v) { return p.reference_head(head, q, k, v); });
}

class HierarchicalOn : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Patterns, HierarchicalOn, testing::Values("dense", "dense:causal"));

TEST_P(HierarchicalOn, BlocksOfAnySize) {
  for (const BlockChoice choice : {BlockChoice{1, 3}, BlockChoice{3, 2}, BlockChoice{4, 1}, BlockChoice{5, 3},
                                   BlockChoice{13, 1}, BlockChoice{40, 2}})
    expect_as_reference({GetParam(), Geometry::sequence(13), 2, 2, 3}, choice);
}

TEST_P(HierarchicalOn, BlocksWiderThanTheLanes) {
  expect_as_reference({GetParam(), Geometry::sequence(57), 1, 1, 3}, {19, 2});
}

TEST_P(HierarchicalOn, HeadsOfAnyWidth) {
  for (int width : {1, 7, 8, 17, 33}) expect_as_reference({GetParam(), Geometry::sequence(9), 1, 2, width}, {2, 2});
}

TEST_P(HierarchicalOn, MoreQueriesThanKeysAndFewer) {
  for (const auto& [queries, keys] : {std::pair(3, 11), std::pair(11, 3), std::pair(1, 8), std::pair(8, 1)})
    expect_as_reference({GetParam(), Geometry::sequence(queries, keys), 1, 1, 3}, {2, 2});
}

TEST_P(HierarchicalOn, Padding) {
  expect_as_reference({GetParam(), Geometry::sequence(9), 6, 2, 3, {9, 8, 5, 3, 1, 0}}, {2, 2});
}

TEST(Hierarchical, Grids) {
  for (const Geometry& grid : {Geometry::grid(4, 5, 1), Geometry::grid(3, 3, 0), Geometry::grid(2, 3, 2)})
    for (const BlockChoice choice : {BlockChoice{2, 2}, BlockChoice{3, 1}, BlockChoice{1, 4}})
      expect_as_reference({"dense", grid, 1, 2, 3}, choice);
}

TEST(Hierarchical, PaddingOfAGrid) {
  expect_as_reference({"dense", Geometry::grid(3, 4, 1), 4, 1, 3, {13, 10, 2, 1}}, {2, 2});
}

TEST_P(HierarchicalOn, AllBlocksChosenIsDenseAttention) {
  const ProblemSettings settings{GetParam(), Geometry::sequence(23), 2, 3, 5, {23, 11}};
  Problem dense(settings, Kernel::kPairs);
  BlockProblem p(settings, {4, 6});
  dense.run(), p.run();
  for (const auto& [result, expected] :
       {std::pair(p.weights, dense.weights), std::pair(p.out, dense.out), std::pair(p.dq, dense.dq),
        std::pair(p.dk, dense.dk), std::pair(p.dv, dense.dv)})
    expect_close(result, numbers(expected), "as dense", 2e-6);
}

TEST_P(HierarchicalOn, TheSameBitsOnAnyNumberOfThreads) {
  const auto bits = [](int count) {
    const NumberOfThreads these(count);
    BlockProblem p({GetParam(), Geometry::sequence(40), 3, 5, 6, {40, 21, 0}}, {6, 2});
    p.run();
    Numbers all;
    for (Tensor t : {p.weights, p.out, p.dq, p.dk, p.dv}) all.insert(all.end(), t.begin(), t.end());
    return all;
  };
  EXPECT_EQ(bits(1), bits(4));
}

TEST_P(HierarchicalOn, NotANumberIsNotHidden) {
  for (const auto side : {&Problem::q, &Problem::k, &Problem::v}) {
    BlockProblem p({GetParam(), Geometry::sequence(12), 1, 1, 4}, {3, 2});
    (p.*side)[4 * 7] = std::numeric_limits<float>::quiet_NaN();
    p.run();
    EXPECT_TRUE(std::isnan(p.out[4 * 7]));
  }
}

// Query 5 is most like the keys of the last block: there it looks beside its own, and nowhere else.
TEST(Hierarchical, LooksWhereTheMeanKeyIsMostAlike) {
  BlockProblem p({"dense", Geometry::sequence(16), 1, 1, 2}, {4, 2});
  for (int j = 0; j < 16; ++j) p.k[2 * j] = j < 12 ? -1 : 1, p.k[2 * j + 1] = 0;
  p.q[10] = 2, p.q[11] = 0;
  p.run();
  for (int j = 0; j < 16; ++j) EXPECT_EQ(p.weights[5 * 16 + j] > 0, (j >= 4 && j < 8) || j >= 12) << j;
}

TEST(Hierarchical, CausalOutputsDoNotKnowLaterTokens) {
  constexpr int64_t kTokens = 37, kChanged = 21, kWidth = 6;
  BlockProblem p({"dense:causal", Geometry::sequence(kTokens), 1, 1, kWidth}, {5, 2});
  p.run();
  const Numbers before = numbers(p.out);
  for (Tensor side : {p.k, p.v})
    for (int64_t i = kChanged * kWidth; i < kTokens * kWidth; ++i) side[i] = 1 - 3 * side[i];
  p.run();
  const Numbers after = numbers(p.out);
  EXPECT_TRUE(std::equal(before.begin(), before.begin() + kChanged * kWidth, after.begin()));
  EXPECT_NE(before[kChanged * kWidth], after[kChanged * kWidth]);
}

// Every score but the additive one ends as a dot product, of queries and keys that it prepares.
TEST(Hierarchical, GoesWithScoresThatAreDotProducts) {
  BlockProblem p({"dense", Geometry::sequence(23), 1, 2, 4}, {3, 2});
  Strategy strategy = usual_strategy(find_strategy("hierarchical"));
  strategy.block = 3;
  AttentionProblem plain = p.problem;
  plain.blocks = {};
  Numbers before;
  for (const char* score : {"scaled_dot", "dot", "cosine", "general"}) {
    std::vector<ScoreTensor> learned;
    for (const ScoreParameterSpec& spec : score_parameters(score, 4))
      learned.push_back({p.inputs.draw(spec.shape), p.inputs.zeros(spec.shape)});
    p.attention = make_strategic_attention(score, strategy, plain, learned, p.inputs.arena());
    p.run();
    for (int64_t row = 0; row < 2 * 23; ++row) {
      const float* weight = p.weights.data + row * 23;
      EXPECT_LE(std::count_if(weight, weight + 23, [](float w) { return w > 0; }), 6);
    }
    EXPECT_NE(numbers(p.out), before);
    before = numbers(p.out);
  }
  EXPECT_THROW(validate(strategy, "additive", Pattern{}), Error);
}

TEST(Hierarchical, RefusesOtherPatternsAdditiveScoresAndRules) {
  Arena arena;
  struct NoRule : RowRule {
  } rule;
  RowRule* const rules[] = {&rule};
  AttentionProblem problem{1, 1, 3, 1,
                           std::make_shared<TileMap>(parse_pattern("local:window=1"), Geometry::sequence(4))};
  problem.blocks = {2, 1};
  EXPECT_THROW(make_attention(problem, arena), Error);
  problem.map = std::make_shared<TileMap>(Pattern{}, Geometry::sequence(4));
  EXPECT_NO_THROW(make_attention(problem, arena));
  problem.rules = rules;
  EXPECT_THROW(make_attention(problem, arena), Error);
  problem.rules = {};
  problem.additive.width = 3;
  EXPECT_THROW(make_attention(problem, arena), Error);
}

TEST(Hierarchical, BlocksAreAboutAsManyAsTheirKeysWhereNothingIsSaid) {
  EXPECT_EQ(KeyBlocks(Geometry::sequence(100), 0).count(), 10);
  EXPECT_EQ(KeyBlocks(Geometry::sequence(1), 0).count(), 1);
  const KeyBlocks grid(Geometry::grid(7, 7, 1), 0);
  EXPECT_EQ(grid.count(), 1 + 9);
  EXPECT_EQ(grid.largest(), 9);
  EXPECT_EQ(grid.size(9), 1);
}

int64_t weighed(const BlockProblem& p) {
  return std::count_if(p.weights.begin(), p.weights.end(), [](float w) { return w > 0; });
}

TEST(Hierarchical, CountsThePairsItWeighs) {
  for (const char* pattern : {"dense", "dense:causal"})
    for (const BlockChoice choice : {BlockChoice{4, 2}, BlockChoice{6, 1}, BlockChoice{3, 9}}) {
      BlockProblem p({pattern, Geometry::sequence(12), 1, 2, 3}, choice);
      p.run();
      EXPECT_EQ(hierarchical_pairs(p.problem), weighed(p)) << pattern << choice.block;
    }
  // Blocks at the edges are smaller: there it may be less.
  for (const Geometry& grid : {Geometry::grid(7, 7, 1), Geometry::grid(5, 4, 0)}) {
    BlockProblem p({"dense", grid, 1, 3, 3}, {3, 2});
    p.run();
    EXPECT_LE(weighed(p), hierarchical_pairs(p.problem));
    EXPECT_GT(weighed(p), hierarchical_pairs(p.problem) / 2);
  }
}

TEST(Hierarchical, CostsWhatItsMathematicsSays) {
  const BlockProblem p({"dense", Geometry::sequence(100), 2, 3, 5}, {10, 2});
  constexpr int64_t kKeys = 100, kCoarse = 100 * 9, kPairs = 100 * 20;
  EXPECT_EQ(hierarchical_multiply_adds(p.problem), 5 * 2 * 3 * (kKeys + kCoarse + 3 * 2 * kPairs));
  EXPECT_EQ(p.attention->weight_bytes(), 4 * (1 + 2) * 100 * 2 * 3);
  const BlockProblem all({"dense", Geometry::sequence(20), 1, 1, 5}, {30, 2});  // a single block: nothing to choose
  EXPECT_EQ(hierarchical_multiply_adds(all.problem), 5 * (20 + 3 * 2 * 400));
}

// Four times the tokens: eight times the multiply-adds, about, and four times the memory; never sixteen times.
TEST(Hierarchical, GrowsSlowerThanTheSquareOfTheTokens) {
  const auto cost = [](int tokens) {
    Arena arena(Arena::Purpose::kCount);
    AttentionProblem problem{1, 2, 32, 1, std::make_shared<TileMap>(Pattern{}, Geometry::sequence(tokens))};
    problem.blocks = {0, 2};
    const auto attention = make_attention(problem, arena);
    return std::pair(static_cast<double>(hierarchical_multiply_adds(problem)), static_cast<double>(arena.bytes()));
  };
  const auto [work, bytes] = cost(1024);
  const auto [more_work, more_bytes] = cost(4096);
  EXPECT_NEAR(more_work / work, 8, 0.2);
  EXPECT_LE(more_bytes / bytes, 4.05);
}

}  // namespace
}  // namespace lab
