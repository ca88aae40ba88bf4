// Masks as they are painted, written and read.

#include "core/attention/pair_mask.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

TEST(PairMask, IsWrittenRowByRow) {
  PairMask mask(3);
  EXPECT_EQ(mask.text(), "-/-/-");
  for (int key : {0, 1, 2}) mask.set(0, key, true);
  mask.set(1, 0, true);
  mask.set(1, 2, true);
  EXPECT_EQ(mask.text(), "0-2/0.2/-");
  EXPECT_EQ(PairMask(2, true).text(), "0-1/0-1");
  EXPECT_EQ(PairMask().text(), "");
}

TEST(PairMask, TextGoesThereAndBack) {
  Rng rng(1, stream::kTests);
  for (int tokens : {0, 1, 2, 17, 50, 197, PairMask::kMostTokens})
    for (uint32_t share : {1u, 2u, 9u}) {
      PairMask mask(tokens);
      for (int i = 0; i < tokens; ++i)
        for (int j = 0; j < tokens; ++j) mask.set(i, j, rng.below(share) == 0);
      EXPECT_EQ(PairMask::parse(mask.text()), mask) << tokens;
    }
}

TEST(PairMask, ErasesAsWell) {
  PairMask mask(4, true);
  mask.set(2, 3, false);
  EXPECT_FALSE(mask.exists(2, 3));
  EXPECT_TRUE(mask.exists(3, 2));
  EXPECT_EQ(mask.text(), "0-3/0-3/0-2/0-3");
}

TEST(PairMask, WhatIsNoMaskIsRefusedWithASentence) {
  for (const char* text : {"0-2", "1", "0/2", "/", "0/", "x", "0,1/0", "0.0-9/0", "1-0/0", "0..1/0", "0-/0", "-1/0",
                           " /0", "0x1/0", "99999999999/0", "--/0"}) {
    const std::string refusal = message_of<Error>([&] { PairMask::parse(text); });
    EXPECT_NE(refusal.find("painted mask"), std::string::npos) << text;
    EXPECT_EQ(refusal.back(), '.') << refusal;
  }
}

TEST(PairMask, HasALimitThatIsCheckedBeforeMemoryIsTaken) {
  const std::string limit = message_of<Error>([] { PairMask(PairMask::kMostTokens + 1); });
  EXPECT_NE(limit.find("up to 256 tokens"), std::string::npos) << limit;
  EXPECT_THROW(PairMask(-1), Error);
  EXPECT_THROW(PairMask(1 << 30), Error);
  EXPECT_THROW(PairMask::parse(std::string(1 << 16, '/')), Error);
}

}  // namespace
}  // namespace lab
