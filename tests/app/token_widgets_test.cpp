// Tokens on screen: where they go, how they read, which one is under the mouse.

#include <gtest/gtest.h>

#include <cmath>

#include "app/widgets/token_arcs.h"
#include "app/widgets/token_bars.h"
#include "app/widgets/token_layout.h"
#include "app/widgets/token_line.h"
#include "app/widgets/token_text.h"
#include "tests/app/widget_driver.h"

namespace lab::testing {
namespace {

using Tokens = std::vector<std::string>;

bool everything(int32_t) { return true; }
bool only_ascii(int32_t code_point) { return code_point < 0x80; }

TEST(TokenText, SpacesAreSignsAndSpecialTokensQuiet) {
  EXPECT_EQ(token_text(" the", everything).text, "·the");
  EXPECT_FALSE(token_text(" the", everything).quiet);
  EXPECT_EQ(token_text("\n", everything).text, "↵");
  EXPECT_TRUE(token_text(" ", everything).quiet);
  EXPECT_TRUE(token_text("‹begin›", only_ascii).quiet);
  EXPECT_EQ(token_text("‹begin›", only_ascii).text, "‹begin›");
}

TEST(TokenText, WhatNoFontHasIsItsCodePoint) {
  const TokenText shown = token_text("a我", only_ascii);
  EXPECT_EQ(shown.text, "a‹U+6211›");
  EXPECT_TRUE(shown.missing);
  EXPECT_FALSE(token_text("我", everything).missing);
  EXPECT_EQ(token_text(std::string_view("\x01", 1), everything).text, "‹U+0001›");
  EXPECT_EQ(token_text("\xC3", only_ascii).text, "‹U+FFFD›");
}

TEST(TokenText, MarksStayWithTheirLetters) {
  EXPECT_EQ(token_text("e\u0301", everything).text, "é");
  EXPECT_EQ(token_text("\u0301", everything).text, "◌\u0301");
  EXPECT_EQ(token_text("שָׁל", everything).text, "לשָׁ");
}

TokenLevels from_left(size_t count) { return {false, std::vector<uint8_t>(count, 0)}; }

TEST(TokenLayout, WrapsWhereALineMayBegin) {
  const Tokens tokens = {"I", " ", "w", "e", "n", "t", " ", "o", "n"};
  const std::vector<float> widths(tokens.size(), 10);
  const TokenBoxes boxes = lay_out_tokens(widths, from_left(9), line_beginnings(tokens), 0, 55);
  ASSERT_EQ(boxes.lines, 3);  // "I ", "went ", "on"
  EXPECT_EQ(boxes.boxes[2].line, 1);
  EXPECT_EQ(boxes.boxes[2].x, 0);
  EXPECT_EQ(boxes.boxes[5].line, 1);
  EXPECT_EQ(boxes.boxes[7].line, 2);
  EXPECT_EQ(boxes.boxes[7].x, 0);
}

TEST(TokenLayout, BreaksARunThatIsWiderThanTheRoom) {
  const Tokens tokens(10, "x");
  const std::vector<float> widths(10, 10);
  const TokenBoxes boxes = lay_out_tokens(widths, from_left(10), line_beginnings(tokens), 2, 47);
  EXPECT_EQ(boxes.lines, 3);
  for (const TokenBox& box : boxes.boxes) EXPECT_LE(box.x + box.width, 47);
  EXPECT_EQ(lay_out_tokens(std::vector<float>{90}, from_left(1), {true}, 2, 47).lines, 1);
  EXPECT_EQ(lay_out_tokens({}, {}, {}, 2, 47).lines, 0);
}

TEST(TokenLayout, ChineseBreaksAnywhere) {
  EXPECT_EQ(line_beginnings(Tokens{"‹begin›", "我", "是", "a", "b"}),
            (std::vector<bool>{true, true, true, false, false}));
}

TEST(TokenLayout, TextFromTheRightEndsAtTheRightOfItsLines) {
  const Tokens tokens = {"ש", "ל", "ו", "ם"};
  const std::vector<float> widths = {10, 20, 10, 20};
  const TokenBoxes boxes = lay_out_tokens(widths, token_levels(tokens), line_beginnings(tokens), 0, 100);
  EXPECT_EQ(boxes.boxes.front().token, 3);  // the last letter is the leftmost
  EXPECT_EQ(boxes.boxes.back().token, 0);
  EXPECT_EQ(boxes.boxes.back().x + boxes.boxes.back().width, 100);
  EXPECT_EQ(token_at(boxes, 95, 5, 20, 0), 0);
  EXPECT_EQ(token_at(boxes, 5, 5, 20, 0), -1);
}

TEST(TokenLayout, FindsTheBoxUnderAPoint) {
  const TokenBoxes boxes = lay_out_tokens(std::vector<float>{10, 10, 10}, from_left(3), {true, true, true}, 4, 24);
  ASSERT_EQ(boxes.lines, 2);
  EXPECT_EQ(token_at(boxes, 5, 5, 20, 4), 0);
  EXPECT_EQ(token_at(boxes, 16, 5, 20, 4), 1);
  EXPECT_EQ(token_at(boxes, 16, 25, 20, 4), -1);
  EXPECT_EQ(token_at(boxes, 5, 25, 20, 4), 2);
  EXPECT_EQ(token_at(boxes, 5, 45, 20, 4), -1);
  EXPECT_EQ(token_at(boxes, 5, -5, 20, 4), -1);
}

TEST(TokenLine, PicksTheTokenUnderTheMouse) {
  const Tokens tokens = {"The", "cat", "sat"};
  const std::vector<float> weights = {0.1f, NAN, 0.9f};
  TokenPick pick;
  std::vector<int> clicked;
  WidgetDriver driver([&] {
    pick = token_line("line", {.tokens = tokens, .weights = weights, .selected = 1, .lit = 2}, 400);
    if (pick.clicked >= 0) clicked.push_back(pick.clicked);
  });
  driver.mouse({10, 10});
  EXPECT_EQ(pick.hovered, 0);
  driver.mouse({60, 10});
  EXPECT_EQ(pick.hovered, 1);
  driver.click();
  EXPECT_EQ(clicked, (std::vector<int>{1}));
  driver.mouse({390, 10});
  EXPECT_EQ(pick.hovered, -1);
}

TEST(TokenArcs, WeakLinesAreLeftOutAndBrightOnesComeLast) {
  const Tokens asking = {"a", "b"}, looked_at = {"x", "y", "z"};
  const std::vector<float> weights = {0.5f, 0.001f, NAN, 0.2f, 0.3f, 0.4f};
  TokenArcs arcs = {.asking = asking, .looked_at = looked_at, .weights = weights, .largest = 0.5f};
  EXPECT_EQ(arc_strokes(arcs, {0, 3}).size(), 4u);
  arcs.selected = 0;
  std::vector<ArcStroke> strokes = arc_strokes(arcs, {0, 3});
  EXPECT_TRUE(strokes.back().bright);
  EXPECT_EQ(strokes.back().asking, 0);
  EXPECT_FLOAT_EQ(strokes.back().strength, 1);
  EXPECT_FALSE(strokes.front().bright);
  arcs.lit_looked_at = 1;
  strokes = arc_strokes(arcs, {0, 3});
  EXPECT_EQ(strokes.back().asking, 1);
  EXPECT_EQ(strokes.back().looked_at, 1);
  EXPECT_EQ(arc_strokes(arcs, {2, 3}).size(), 1u);  // b → z: its other end is seen
}

TEST(TokenArcs, RowsShareTheHeightUntilTheyWouldBeTooLow) {
  EXPECT_FLOAT_EQ(arc_row_height(10, 240), 24);
  EXPECT_FLOAT_EQ(arc_row_height(3, 900), 28);
  EXPECT_FLOAT_EQ(arc_row_height(128, 600), 15);
  EXPECT_FLOAT_EQ(arc_row_height(0, 600), 28);
}

TEST(TokenArcs, PicksTokensOfBothColumns) {
  const Tokens asking = {"first", "second"}, looked_at = {"one", "two", "three"};
  const std::vector<float> weights(6, 0.3f);
  ArcPick pick;
  int clicked = -1;
  WidgetDriver driver([&] {
    pick = token_arcs("arcs", {.asking = asking, .looked_at = looked_at, .weights = weights}, {400, 200});
    if (pick.clicked >= 0) clicked = pick.clicked;
  });
  driver.mouse({10, 40});
  EXPECT_EQ(pick.asking, 1);
  driver.click();
  EXPECT_EQ(clicked, 1);
  driver.mouse({395, 70});
  EXPECT_EQ(pick.looked_at, 2);
  EXPECT_EQ(pick.asking, -1);
  driver.mouse({10, 70});
  EXPECT_EQ(pick.asking, -1);  // the left column has two tokens only
}

TEST(TokenBars, TheLikeliestComeFirst) {
  const std::vector<float> probabilities = {0.1f, 0.4f, 0.1f, 0.4f};
  EXPECT_EQ(likeliest(probabilities, 3), (std::vector<int>{1, 3, 0}));
  EXPECT_EQ(likeliest(probabilities, 9).size(), 4u);
  EXPECT_TRUE(likeliest({}, 3).empty());
}

TEST(TokenBars, AClickChooses) {
  const Tokens vocabulary = {"a", "b", "c"};
  const std::vector<float> probabilities = {0.2f, 0.5f, 0.3f};
  const std::vector<int> shown = likeliest(probabilities, 3);
  int chosen = -1;
  WidgetDriver driver([&] {
    const int now = token_bars(
        "bars", {.vocabulary = vocabulary, .probabilities = probabilities, .shown = shown, .chosen = 0}, 300);
    if (now >= 0) chosen = now;
  });
  driver.mouse({50, kTokenBarHeight * 1.5f});
  driver.click();
  EXPECT_EQ(chosen, 1);
}

}  // namespace
}  // namespace lab::testing
