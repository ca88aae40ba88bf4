// The order of tokens on a line, against what the Unicode Bidirectional Algorithm gives.

#include "core/text/direction.h"

#include <gtest/gtest.h>

#include "core/text/utf8.h"

namespace lab {
namespace {

std::string on_a_line(const std::vector<std::string>& tokens) {
  std::string line;
  for (const int place : visual_order(token_levels(tokens).levels)) line += (line.empty() ? "" : "|") + tokens[place];
  return line;
}

TEST(Direction, FromLeftToRightStaysAsItIs) {
  EXPECT_EQ(on_a_line({"a", " ", "b", ".", "7"}), "a| |b|.|7");
  EXPECT_EQ(on_a_line({"‹begin›", "我", "是"}), "‹begin›|我|是");
  EXPECT_EQ(on_a_line({}), "");
  EXPECT_FALSE(token_levels(std::vector<std::string>{".", "a", "ש"}).from_right);
}

TEST(Direction, HebrewAndArabicRunFromTheRight) {
  const std::vector<std::string> shalom = {"‹begin›", "ש", "ל", "ו", "ם"};
  EXPECT_EQ(on_a_line(shalom), "ם|ו|ל|ש|‹begin›");
  EXPECT_TRUE(token_levels(shalom).from_right);
  EXPECT_EQ(on_a_line({"سلام", " ", "عليكم"}), "عليكم| |سلام");
}

TEST(Direction, RunsWithinTheOtherDirectionAreTurnedByThemselves) {
  EXPECT_EQ(on_a_line({"say", " ", "ש", "ל", " ", "ו", ".", " ", "now"}), "say| |ו| |ל|ש|.| |now");
  EXPECT_EQ(on_a_line({"ש", " ", "C", "P", "U", " ", "ל"}), "ל| |C|P|U| |ש");
}

TEST(Direction, OnlyNamesInPlainLettersAreSpecial) {
  EXPECT_TRUE(is_special("‹begin›"));
  EXPECT_FALSE(is_special("‹שלום›"));  // a word that the tokenizer does not know
  EXPECT_FALSE(is_special("begin"));
  EXPECT_EQ(on_a_line({"‹class›", "‹ש›", "‹ל›"}), "‹ל›|‹ש›|‹class›");
}

TEST(Direction, NumbersAreReadFromTheLeftEverywhere) {
  EXPECT_EQ(on_a_line({"ש", " ", "1", "2"}), "1|2| |ש");
  EXPECT_EQ(on_a_line({"a", " ", "1", "2", " ", "ש"}), "a| |1|2| |ש");
}

TEST(Direction, DrawnCharactersKeepMarksOnTheirLetters) {
  EXPECT_EQ(drawn_characters("cafe\u0301"), "cafe\u0301");
  EXPECT_EQ(drawn_characters("שָׁל"), "לשָׁ");  // the letter, then its two marks
  EXPECT_EQ(drawn_characters("אב12"), "12בא");
}

TEST(Direction, SignsWithinNumbersAndBrackets) {
  EXPECT_EQ(on_a_line({"ש", " ", "1", ".", "5"}), "1|.|5| |ש");
  EXPECT_EQ(drawn_characters("(אב)"), "(בא)");  // each bracket turned, and in the other's place
}

TEST(Direction, ArabicLettersAreJoinedInWords) {
  // seen: at the beginning; lam with alef: one form at the end; meem: alone, since alef joins nothing after it
  EXPECT_EQ(drawn_characters("سلام"), "\uFEE1\uFEFC\uFEB3");
  EXPECT_EQ(drawn_characters("ب"), "\uFE8F");
  EXPECT_EQ(drawn_characters("שלום"), "םולש") << "Hebrew has no such forms";
}

TEST(Direction, ArabicLettersAreJoinedAcrossTokens) {
  const std::vector<std::string> letters = {"ب", "ي", "ت", " ", "ب"};
  EXPECT_EQ(joined_letters(letters), (std::vector<std::string>{"\uFE91", "\uFEF4", "\uFE96", " ", "\uFE8F"}));
  const std::vector<std::string> others = {"‹begin›", "a", "ש", "我"};
  EXPECT_EQ(joined_letters(others), others);
  EXPECT_TRUE(joined_letters({}).empty());
}

TEST(Direction, ComposedJoinsLettersAndMarks) {
  EXPECT_EQ(composed("e\u0301"), "é");
  EXPECT_EQ(composed("\xFF\xFE"), "\xFF\xFE");
  EXPECT_EQ(composed(""), "");
}

TEST(Direction, CodePointsOfBrokenTextAreReplacements) {
  std::vector<int32_t> seen;
  each_code_point("a\xC3我", [&](int32_t value, std::string_view) { seen.push_back(value); });
  EXPECT_EQ(seen, (std::vector<int32_t>{'a', 0xFFFD, 0x6211}));
}

}  // namespace
}  // namespace lab
