#include "core/measure/attention_cost.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace lab {
namespace {

constexpr int64_t kPlenty = int64_t{1} << 50;
const AttentionSizes kSmall{1, 2, 8, false};
const TimingBudget kOnce{0, 1, 1, 1e9};

AttentionNeeds needs(const std::string& lane, int tokens, AttentionSizes sizes = {}) {
  return needs_of(parse_subject(lane, sizes.grid), sizes, tokens, kPlenty);
}

TEST(AttentionCost, WhatIsComputedBeforehandIsWhatIsTaken) {
  for (const char* lane : {"dense", "local:window=3", "block:block=5", "linear", "hierarchical", "dense:kept",
                           "dense:score=cosine", "dense:score=additive", "dense+local:window=2,heads=2"})
    for (const int tokens : {5, 70}) {
      const AttentionCost cost = measure_attention(parse_subject(lane, false), kSmall, tokens, kOnce);
      EXPECT_EQ(cost.bytes, needs(lane, tokens, kSmall).bytes) << lane;
      EXPECT_GT(cost.forward_ms, 0) << lane;
      EXPECT_GT(cost.forward_backward_ms, 0) << lane;
    }
}

TEST(AttentionCost, LongSequencesNeverStoreEveryWeight) {
  const int64_t map = int64_t{8} * 16384 * 16384 * sizeof(float);
  EXPECT_LT(needs("dense", 16384).bytes, map / 40);
  EXPECT_GT(needs("dense:kept", 1024).bytes, int64_t{2} * 8 * 1024 * 1024 * sizeof(float));
}

TEST(AttentionCost, DoublingTheTokensDoublesTheMemory) {
  for (const char* lane : {"local:window=32", "block:block=64", "linear"})
    for (int tokens = 1024; tokens <= 8192; tokens *= 2)
      EXPECT_LE(needs(lane, 2 * tokens).bytes, 2.1 * needs(lane, tokens).bytes) << lane << " " << tokens;
}

TEST(AttentionCost, MultiplyAddsFollowThePairs) {
  const int64_t pairs = 40 * 40;
  EXPECT_EQ(needs("dense", 40, kSmall).pairs, 2 * pairs);
  EXPECT_EQ(needs("dense", 40, kSmall).multiply_adds, 3 * 2 * 8 * 2 * pairs);
  EXPECT_EQ(needs("block:block=10", 40, kSmall).multiply_adds * 4, needs("dense", 40, kSmall).multiply_adds);
  const AttentionSizes two_layers{2, 2, 8, false};
  const int64_t hybrid = needs("dense+block:block=10,layers=2", 40, two_layers).multiply_adds;
  EXPECT_EQ(hybrid, needs("dense", 40, kSmall).multiply_adds + needs("block:block=10", 40, kSmall).multiply_adds);
}

TEST(AttentionCost, WhatDoesNotFitIsRefusedWithItsSize) {
  const auto sentence = [](const AttentionSubject& subject, int tokens, int64_t memory) -> std::string {
    try {
      needs_of(subject, {}, tokens, memory);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(sentence(kept_map_subject(), 16384, 1'000'000'000).find("17.2 GB"), std::string::npos);
  EXPECT_NE(sentence(parse_subject("strided:stride=2", false), 4096, 1'000'000).find("MB"), std::string::npos);
  EXPECT_NE(sentence(parse_subject("dense+block:block=2,layers=2", false), 64, kPlenty), "");  // there is one layer
}

TEST(AttentionCost, AGridIsAboutSquare) {
  const AttentionSizes grid{1, 8, 32, true};
  EXPECT_EQ(geometry_of(grid, 128), Geometry::grid(8, 16, 0));
  EXPECT_EQ(geometry_of(grid, 64), Geometry::grid(8, 8, 0));
  EXPECT_EQ(geometry_of(grid, 7), Geometry::grid(1, 7, 0));
  EXPECT_EQ(geometry_of({}, 128), Geometry::sequence(128));
}

TEST(AttentionCost, SubjectsHaveTitlesAndWrongOnesAreRefused) {
  EXPECT_EQ(parse_subject("local:window=1", true).title, "Local 3×3");
  EXPECT_EQ(parse_subject("local:window=1", false).title, "Local ±1");
  EXPECT_EQ(parse_subject("linear", false).title, "Linear");
  EXPECT_EQ(parse_subject("hierarchical", false).title, "Hierarchical, 2 blocks");
  EXPECT_THROW(parse_subject("quadratic", false), Error);
}

}  // namespace
}  // namespace lab
