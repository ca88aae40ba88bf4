// Every character that keys, pages and worked examples put on screen is in the font atlas, those among them that
// no source file spells out (subscripts of an index).

#include <gtest/gtest.h>
#include <imgui_internal.h>

#include <set>

#include "app/panels/keys.h"
#include "app/panels/pages.h"
#include "tests/app/panel_driver.h"

namespace lab::testing {
namespace {

class Symbols : public ::testing::Test {
 protected:
  Symbols() : lab(Snapshot{}) {}

  void expect_in_atlas(std::string_view text) {
    for (const char *at = text.data(), *end = at + text.size(); at < end;) {
      unsigned symbol = 0;
      at += ImTextCharFromUtf8(&symbol, at, end);
      seen.insert(symbol);
      for (const ImFont* font : ImGui::GetIO().Fonts->Fonts)
        EXPECT_NE(font->FindGlyphNoFallback(static_cast<ImWchar>(symbol)), nullptr)
            << "U+" << std::hex << symbol << " of " << text;
    }
  }
  void expect_in_atlas(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) expect_in_atlas(text);
  }

  PanelDriver lab;
  std::set<unsigned> seen;
};

TEST_F(Symbols, OfKeysAndPagesAreInTheAtlas) {
  for (const KeyBinding& binding : key_bindings()) {
    expect_in_atlas(binding.group), expect_in_atlas(binding.meaning);
    for (const Key& key : binding.used()) expect_in_atlas(key.name);
  }
  for (const PageRow& page : pages()) expect_in_atlas(page.title), expect_in_atlas(page.explanation);
  EXPECT_TRUE(seen.contains(0x2192));  // →
}

TEST_F(Symbols, OfExamplesAreInTheAtlas) {
  for (const Example& example : examples()) {
    expect_in_atlas(example.title), expect_in_atlas(example.about);
    for (const std::string_view sentence : example.assumptions) expect_in_atlas(sentence);
    const std::vector<ExampleInput> inputs = example.inputs();
    for (const ExampleInput& input : inputs) expect_in_atlas(input.title), expect_in_atlas(input.rows);
    for (const ExampleStep& step : work_out(example, inputs)) {
      expect_in_atlas(step.title), expect_in_atlas(step.sentence), expect_in_atlas(step.formulas);
      for (const ExampleTable& table : step.tables)
        expect_in_atlas(table.title), expect_in_atlas(table.rows), expect_in_atlas(table.columns);
    }
  }
  EXPECT_TRUE(seen.contains(0x2085));  // ₅
}

}  // namespace
}  // namespace lab::testing
