// The Examples page: every example at every size, its numbers changed by mouse and keys, and what follows from them.

#include <gtest/gtest.h>

#include <cmath>

#include "app/panels/keys.h"
#include "app/panels/pages.h"
#include "app/widgets/number_table.h"
#include "app/widgets/text.h"
#include "tests/app/panel_driver.h"

namespace lab::testing {
namespace {

class ExamplesPage : public ::testing::Test {
 protected:
  ExamplesPage() : lab(sample_snapshot()) {
    lab.view.page = Page::kExamples;
    lab.frames(3);
  }
  void hit(const char* key) { press(key, lab.snapshot, lab.view, lab.commands), lab.frames(2); }
  ExamplesState& state() { return lab.view.examples; }
  float& first_number() { return state().inputs[state().open][0].values[0]; }
  int vertices() { return ImGui::GetDrawData()->TotalVtxCount; }

  PanelDriver lab;
};

const ImVec2 kFirstField = {132, 168};  // of the cosine's query, at 1280 × 800

TEST_F(ExamplesPage, DrawsEveryExampleAtEverySize) {
  for (const auto& [width, height, scale] :
       {std::array{1280.0f, 800.0f, 1.0f}, {1920.0f, 1080.0f, 1.25f}, {800.0f, 500.0f, 1.0f}, {420.0f, 300.0f, 1.0f}}) {
    PanelDriver screen(sample_snapshot(), width, height, scale);
    screen.view.page = Page::kExamples;
    for (size_t i = 0; i < examples().size(); ++i) {
      screen.view.examples.open = static_cast<int>(i), screen.view.examples.stale = true;
      screen.frames(3);
      EXPECT_FALSE(screen.view.examples.steps.empty());
      EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 1000) << examples()[i].name << " at " << width;
    }
  }
}

TEST_F(ExamplesPage, TakesTheWholeWidthAndGivesItBack) {
  hit("J");
  EXPECT_EQ(state().chosen, 0);
  EXPECT_EQ(lab.view.setup.chosen, -1);  // the settings are not in sight
  const auto key_of = [](Page page) { return std::string(page_key(static_cast<int>(page))); };
  hit(key_of(Page::kSetup).c_str());  // the settings stand beside the lanes
  EXPECT_EQ(lab.view.page, Page::kLanes);
  hit(key_of(Page::kExamples).c_str());
  EXPECT_EQ(lab.view.page, Page::kExamples);
}

TEST_F(ExamplesPage, ChangedNumbersChangeTheStepsAtOnce) {
  ASSERT_EQ(first_number(), 0.1f);
  const double before = state().steps[2].tables[0].numbers[0];
  EXPECT_NEAR(before, 0.8437, 1e-4);
  lab.drag(kFirstField, {kFirstField.x + 40, kFirstField.y});
  EXPECT_GT(first_number(), 0.2f);
  EXPECT_GT(std::abs(state().steps[2].tables[0].numbers[0] - before), 0.01);
  hit("O");
  EXPECT_EQ(first_number(), 0.1f);
  EXPECT_EQ(state().steps[2].tables[0].numbers[0], before);
}

TEST_F(ExamplesPage, KeysChooseAndChangeEveryNumber) {
  for (size_t example = 0; example < examples().size(); ++example) {
    EXPECT_EQ(state().open, static_cast<int>(example));
    size_t numbers = 0;
    for (const ExampleInput& input : examples()[example].inputs()) numbers += input.values.size();
    for (size_t i = 0; i < numbers; ++i) {
      hit("J");
      ASSERT_EQ(state().chosen, static_cast<int>(i));
      const auto before = state().inputs[example];
      hit("="), hit("=");
      EXPECT_NE(state().inputs[example], before);
      hit("-"), hit("-");
      EXPECT_EQ(state().inputs[example], before);
    }
    hit("J");
    EXPECT_EQ(state().chosen, -1);
    hit("K");
    EXPECT_EQ(state().chosen, static_cast<int>(numbers) - 1);
    hit("W");
  }
  EXPECT_EQ(state().open, 0);  // round
}

TEST_F(ExamplesPage, SaysWhyThereIsNoAnswer) {
  const int whole = vertices();
  state().inputs[0][0].values = {0, 0, 0.3f}, state().stale = true;
  lab.frames(2);
  EXPECT_TRUE(state().steps.empty());
  EXPECT_NE(state().trouble.find("no direction"), std::string::npos);
  EXPECT_LT(vertices(), whole);
  state().inputs[0][0].values[0] = std::nanf(""), state().stale = true;
  lab.frames(2);
  EXPECT_NE(state().trouble.find("nan is not a number"), std::string::npos) << state().trouble;
  hit("O");
  EXPECT_TRUE(state().trouble.empty());
}

TEST_F(ExamplesPage, ScrollsByKeys) {
  const int top = vertices();
  hit("PgDn");
  EXPECT_NE(vertices(), top);
  hit("PgUp");
  EXPECT_EQ(vertices(), top);
}

TEST_F(ExamplesPage, WrappedLinesKeepNumbersWhole) {
  const std::string text = "o = 0.2071·1 + 0.2949·(−1) + 0.1454·0 = 0.6475";
  for (const float width : {1.0f, 90.0f, 140.0f, 1000.0f}) {
    std::string joined;
    for (const std::string& line : wrapped(text, theme().body, width)) {
      EXPECT_TRUE(line.find(' ') == line.npos || text_width(line, theme().body) <= width) << line;
      joined += (joined.empty() ? "" : " ") + line;
    }
    EXPECT_EQ(joined, text);
  }
}

TEST_F(ExamplesPage, NumberTablesAreAsWideAsTheirFigures) {
  const NumberTable narrow = {"", {"a"}, {"x"}, {"0.1"}, {}}, wide = {"", {"a"}, {"x"}, {"−1234567.123456"}, {}};
  EXPECT_LT(number_table_width(narrow), number_table_width(wide));
}

}  // namespace
}  // namespace lab::testing
