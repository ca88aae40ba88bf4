#include "core/attention/patch_mask.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace lab {
namespace {

TEST(PatchMask, IsWrittenAndReadAsText) {
  for (const char* text : {"", "#", ".", "..#/.##", "#/./#"}) EXPECT_EQ(PatchMask::parse(text).text(), text);
  const PatchMask mask = PatchMask::parse("..#/.##");
  EXPECT_EQ(mask.rows(), 2);
  EXPECT_EQ(mask.columns(), 3);
  EXPECT_TRUE(mask.painted(0, 2));
  EXPECT_FALSE(mask.painted(1, 0));
  EXPECT_TRUE(mask.any());
  EXPECT_FALSE(PatchMask::parse("../..").any());
  EXPECT_FALSE(PatchMask().any());
}

TEST(PatchMask, WhatIsNoneIsRefused) {
  const std::string wide(65, '#');
  std::string tall;
  for (int row = 0; row < 65; ++row) tall += row > 0 ? "/#" : "#";
  for (const std::string& text :
       {std::string("#./#"), std::string("x"), std::string("#/"), std::string("/"), wide, tall})
    EXPECT_THROW(PatchMask::parse(text), Error) << text;
  EXPECT_THROW(PatchMask(0, 3), Error);
  EXPECT_THROW(PatchMask(3, 65), Error);
}

TEST(PatchMask, IsLaidOverAnyGrid) {
  const PatchMask mask = PatchMask::parse("#./..");
  EXPECT_EQ(mask.on_grid(2, 2), mask);
  EXPECT_EQ(mask.on_grid(4, 4).text(), "##../##../..../....");
  EXPECT_EQ(mask.on_grid(4, 4).on_grid(2, 2), mask);
  EXPECT_EQ(PatchMask().on_grid(1, 2).text(), "..");
}

}  // namespace
}  // namespace lab
