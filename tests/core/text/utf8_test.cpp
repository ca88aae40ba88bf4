// Text as it comes: whole characters of any script, and one clear sentence for what is no text.

#include "core/text/utf8.h"

#include <gtest/gtest.h>

#include <chrono>

#include "core/base/error.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> all;
  each_character(text, [&](std::string_view character) { all.emplace_back(character); });
  return all;
}

TEST(Utf8, ACharacterIsWhatAReaderTakesForOne) {
  EXPECT_EQ(characters("abc"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(characters("我是"), (std::vector<std::string>{"我", "是"}));
  EXPECT_EQ(characters("e\u0301a"), (std::vector<std::string>{"e\u0301", "a"}));  // e with an accent
  EXPECT_EQ(characters("xe\u0301"), (std::vector<std::string>{"x", "e\u0301"}));
  EXPECT_EQ(characters("שָׁלוֹם").size(), 4u);  // with its points
  EXPECT_EQ(characters("🇩🇪🇫🇷"), (std::vector<std::string>{"🇩🇪", "🇫🇷"}));
  EXPECT_EQ(characters("👩‍👩‍👧!"), (std::vector<std::string>{"👩‍👩‍👧", "!"}));
  EXPECT_TRUE(characters("").empty());
}

TEST(Utf8, CharactersAreCountedAndCutWhole) {
  EXPECT_EQ(count_characters("e\u0301我a"), 3u);
  EXPECT_EQ(first_characters("e\u0301我a", 2), "e\u0301我");
  EXPECT_EQ(first_characters("ab", 9), "ab");
}

TEST(Utf8, KindsAndLowerCaseKnowEveryScript) {
  EXPECT_EQ(kind_of("я"), CharacterKind::kLetter);
  EXPECT_EQ(kind_of("我"), CharacterKind::kLetter);
  EXPECT_EQ(kind_of("7"), CharacterKind::kDigit);
  EXPECT_EQ(kind_of("\n"), CharacterKind::kSpace);
  EXPECT_EQ(kind_of("。"), CharacterKind::kOther);
  EXPECT_EQ(lower_case("ÀÇЯ Ok"), "àçя ok");
}

TEST(Utf8, WhatIsNoTextIsRefusedWithItsPlace) {
  const auto refused = [](std::string_view text) { return message_of<Error>([&] { check_text(text, "it"); }); };
  EXPECT_NE(refused("").find("it is empty"), std::string::npos);
  EXPECT_NE(refused(std::string_view("ab\0c", 4)).find("NUL at byte 3"), std::string::npos);
  EXPECT_NE(refused("caf\xe9").find("no UTF-8 at byte 4"), std::string::npos);            // Latin-1
  EXPECT_NE(refused("\xed\xa0\x80").find("no UTF-8 at byte 1"), std::string::npos);       // half a surrogate pair
  EXPECT_NE(refused("\xc0\xaf").find("no UTF-8"), std::string::npos);                     // a slash, written too long
  EXPECT_NE(refused("a\xf4\x90\x80\x80").find("no UTF-8 at byte 2"), std::string::npos);  // beyond the last code point
  EXPECT_NE(refused("我\xe6\x88").find("no UTF-8 at byte 4"), std::string::npos);         // cut short
  EXPECT_EQ(refused("我 é 👩‍👩‍👧"), "");
}

TEST(Utf8, FilesLoseTheirMarkAndTheirCarriageReturns) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_text(folder.write("windows.txt", "\xEF\xBB\xBFone\r\ntwo\rthree\n")), "one\ntwo\nthree\n");
  EXPECT_NE(message_of<Error>([&] { read_text(folder.path("none")); }), "");
  EXPECT_NE(message_of<Error>([&] { read_text(folder.write("empty.txt", "")); }).find("is empty"), std::string::npos);
}

TEST(Utf8, AHugeFileIsRefusedBeforeItIsRead) {
  const TemporaryFolder folder;
  const std::string path = folder.write("huge.txt", "");
  std::filesystem::resize_file(path, uint64_t{100} << 20);
  EXPECT_NE(message_of<Error>([&] { read_text(path); }).find("huge.txt"), std::string::npos);
}

TEST(Utf8, OneLineOfManyMegabytesIsTextAsAnyOther) {
  const std::string line(size_t{8} << 20, 'a');
  const TemporaryFolder folder;
  const std::string text = read_text(folder.write("line.txt", line));
  EXPECT_EQ(count_characters(text), line.size());
}

}  // namespace
}  // namespace lab
