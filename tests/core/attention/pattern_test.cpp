// Patterns as people write and read them.

#include "core/attention/pattern.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace lab {
namespace {

TEST(Patterns, TextGoesThereAndBack) {
  for (const char* written : {"dense", "dense:causal", "dense:global=2", "local:window=0", "local:window=3",
                              "local:window=1,global=1", "block:block=5,causal", "block:block=3,global=2,causal"})
    EXPECT_EQ(text(parse_pattern(written)), written);
}

TEST(Patterns, MissingSettingsTakeTheirUsualValues) {
  for (const PatternKind& kind : pattern_kinds()) {
    const Pattern pattern = parse_pattern(kind.name);
    EXPECT_EQ(pattern.kind, kind.name);
    if (kind.setting) {
      EXPECT_EQ(pattern.*kind.setting, kind.usual);
    }
    EXPECT_NO_THROW(validate(pattern, Geometry::sequence(9)));
  }
}

TEST(Patterns, NonsenseIsRefusedWithASentence) {
  for (const char* written :
       {"", "spiral", "local:", "local:window", "local:window=", "local:window=-1", "local:window=x", "local:window=1x",
        "local:block=3", "block:block=0", "block:window=1", "dense:window=1", "dense:causal=1", "dense:global=-1",
        "dense:global", "local:window=99999999999", "local:window=1;causal", "local: window=1"}) {
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
}

}  // namespace
}  // namespace lab
