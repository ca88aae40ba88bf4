#include "core/base/memory.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace lab {
namespace {

TEST(Memory, SizesAreSaidShortly) {
  EXPECT_EQ(size_text(0), "0 bytes");
  EXPECT_EQ(size_text(999), "999 bytes");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(999'960), "1.0 MB");
  EXPECT_EQ(size_text(84'240'000), "84.2 MB");
  EXPECT_EQ(size_text(17'179'869'184), "17.2 GB");
  EXPECT_EQ(size_text(INT64_MAX), "9223372 TB");
}

TEST(Memory, SomeOfItIsFree) { EXPECT_GT(free_memory(), 1 << 20); }

}  // namespace
}  // namespace lab
