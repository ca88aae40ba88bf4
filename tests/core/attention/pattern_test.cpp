// Patterns as people write and read them.

#include "core/attention/pattern.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

TEST(Patterns, TextGoesThereAndBack) {
  for (const char* written :
       {"dense", "dense:causal", "dense:global=2", "local:window=0", "local:window=3", "local:window=1,global=1",
        "block:block=5,causal", "block:block=3,global=2,causal", "dilated:window=2,dilation=3", "shifted:block=4",
        "strided:stride=7,global=1,causal", "bigbird:window=1,random=3,seed=0",
        "bigbird:window=0,random=2,seed=9,causal", "painted:mask=0-2/0.2/-", "painted:mask=0/-,global=1"})
    EXPECT_EQ(text(parse_pattern(written)), written);
}

TEST(Patterns, MissingSettingsTakeTheirUsualValues) {
  for (const PatternKind& kind : pattern_kinds()) {
    const Pattern pattern = parse_pattern(kind.name);
    EXPECT_EQ(pattern.kind, kind.name);
    EXPECT_EQ(pattern, usual_pattern(kind));
    for (const PatternSetting& setting : kind.settings) EXPECT_EQ(pattern.*setting.value, setting.usual);
    EXPECT_NO_THROW(validate(pattern));
  }
}

TEST(Patterns, SettingsOutOfTheirRangeAreRefusedByName) {
  for (const PatternKind& kind : pattern_kinds())
    for (const PatternSetting& setting : kind.settings)
      for (const int value : {setting.smallest - 1, setting.largest + 1}) {
        const std::string refusal =
            message_of<Error>([&] { parse_pattern(fmt::format("{}:{}={}", kind.name, setting.name, value)); });
        EXPECT_NE(refusal.find(fmt::format("{} is {};", setting.name, value)), std::string::npos) << refusal;
      }
}

TEST(Patterns, NonsenseIsRefusedWithASentence) {
  for (const char* written : {"",
                              "spiral",
                              "local:",
                              "local:window",
                              "local:window=",
                              "local:window=-1",
                              "local:window=x",
                              "local:window=1x",
                              "local:block=3",
                              "block:block=0",
                              "block:window=1",
                              "dense:window=1",
                              "dense:causal=1",
                              "dense:global=-1",
                              "dense:global",
                              "local:window=99999999999",
                              "local:window=1;causal",
                              "local: window=1",
                              "dilated:dilation=0",
                              "strided:window=1",
                              "bigbird:random=65",
                              "shifted:block=0",
                              "painted:mask=0-2/0",
                              "painted:mask=1-0/-",
                              "painted:mask=0..1/-",
                              "painted:mask=0/",
                              "painted:mask=a",
                              "painted:window=1",
                              "painted:mask=0-/0",
                              "painted:mask=-1/0",
                              "dense:mask=0"}) {
    try {
      parse_pattern(written);
      ADD_FAILURE() << "\"" << written << "\" was taken";
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).back(), '.') << error.what();
    }
  }
}

TEST(Patterns, HaveTitles) {
  EXPECT_EQ(title(parse_pattern("dense"), true), "Dense");
  EXPECT_EQ(title(parse_pattern("local:window=1"), true), "Local 3×3");
  EXPECT_EQ(title(parse_pattern("local:window=32,causal"), false), "Local ±32, causal");
  EXPECT_EQ(title(parse_pattern("block:block=3"), true), "Block 3×3");
  EXPECT_EQ(title(parse_pattern("block:block=64,global=1"), false), "Block 64 + 1 global");
  EXPECT_EQ(title(parse_pattern("dilated:window=1,dilation=2"), true), "Dilated 3×3, step 2");
  EXPECT_EQ(title(parse_pattern("dilated:window=8,dilation=4"), false), "Dilated ±8, step 4");
  EXPECT_EQ(title(parse_pattern("strided:stride=7"), true), "Strided 7");
  EXPECT_EQ(title(parse_pattern("shifted:block=4"), true), "Shifted 4×4");
  EXPECT_EQ(title(parse_pattern("bigbird:window=1,random=3,seed=5,global=1"), false),
            "BigBird ±1 + 3 random + 1 global");
  EXPECT_EQ(title(parse_pattern("painted:mask=0"), true), "Painted");
}

}  // namespace
}  // namespace lab
