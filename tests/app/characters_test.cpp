// Characters that texts bring: they are in the atlas where a font has them, and named with their package where none
// has.

#include "app/widgets/characters.h"

#include <gtest/gtest.h>

#include "app/widgets/fonts.h"
#include "app/widgets/token_text.h"
#include "tests/app/widget_driver.h"

namespace lab::testing {
namespace {

Characters characters_of(std::string_view text) {
  Characters characters;
  characters.add(text);
  return characters;
}

TEST(Characters, GrowOnlyByWhatIsNew) {
  Characters characters;
  EXPECT_FALSE(characters.add("plain"));
  EXPECT_TRUE(characters.add("我是我"));
  EXPECT_FALSE(characters.add("是我"));
  EXPECT_EQ(characters.all().size(), 2u);
}

TEST(Characters, LettersWithMarksBringTheirComposedForm) {
  EXPECT_EQ(characters_of("ᾳ\u0301").all(), (std::set<int32_t>{0x301, 0x1FB3, 0x1FB4}));
  EXPECT_TRUE(characters_of("naïve …").all().empty());  // in every atlas
}

TEST(Characters, RangesArePairsWithoutWhatImGuiCannotDraw) {
  EXPECT_EQ(characters_of("אבג我😀").ranges(), (std::vector<ImWchar>{0x5D0, 0x5D2, 0x6211, 0x6211, 0}));
  EXPECT_EQ(Characters{}.ranges(), (std::vector<ImWchar>{0}));
}

TEST(Characters, OfManyScriptsAreInTheAtlasOfRunningText) {
  const Characters characters = characters_of("ąßñ Ελλάδα Привет שָׁלוֹם سلام");
  const WidgetDriver driver([] {}, characters);
  for (const ImFont* font : {theme().body, theme().strong, theme().caption})
    for (const int32_t code_point : characters.all())
      EXPECT_TRUE(has_glyph(*font, code_point)) << "U+" << std::hex << code_point;
  EXPECT_EQ(missing_glyphs(characters, *theme().body), "");
}

TEST(Characters, LettersOfArabicBringTheirForms) {
  const Characters characters = characters_of("بلا");
  for (const int32_t form : {0xFE8F, 0xFE90, 0xFE91, 0xFE92, 0xFEFB, 0xFEFC})  // of beh four; lam with alef
    EXPECT_TRUE(characters.all().contains(form)) << std::hex << form;
  const WidgetDriver driver([] {}, characters);
  EXPECT_EQ(missing_glyphs(characters, *theme().body), "");
}

TEST(Characters, ChineseIsDrawnOrItsPackageNamed) {
  const Characters characters = characters_of("我是一个程序员");
  const WidgetDriver driver([] {}, characters);
  const bool chinese = text_font_files().back().find("DejaVu") == std::string::npos;
  const std::string missing = missing_glyphs(characters, *theme().body);
  EXPECT_EQ(missing.empty(), chinese) << missing;
  EXPECT_EQ(missing.find("fonts-wqy-microhei") == std::string::npos, chinese);
  EXPECT_EQ(token_text("我", *theme().body).text, chinese ? "我" : "‹U+6211›");
}

TEST(Characters, WhatIsNotInTheAtlasIsSaid) {
  const WidgetDriver driver([] {});  // no characters of texts were asked for
  EXPECT_NE(missing_glyphs(characters_of("我是"), *theme().body).find("2 of the text's characters are"),
            std::string::npos);
  EXPECT_NE(missing_glyphs(characters_of("😀"), *theme().body).find("U+FFFF"), std::string::npos);
  EXPECT_EQ(token_text("😀", *theme().body).text, "‹U+1F600›");
}

}  // namespace
}  // namespace lab::testing
