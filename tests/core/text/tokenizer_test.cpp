// Tokenizers: what is encoded comes back, nothing splits a character, and what was learnt is the same every time.

#include "core/text/tokenizer.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

const std::vector<std::string> kTexts = {"low low low lower lowest", "newer newer wider", "我是一个程序员",
                                         "e\u0301te\u0301!"};

TEST(Tokenizer, CharactersComeBackAsTheyWere) {
  const Tokenizer t = learn_characters(kTexts, 1000);
  for (const std::string& text : kTexts) EXPECT_EQ(t.decode(t.encode(text)), text);
  EXPECT_EQ(t.encode("e\u0301").size(), 1u);
  EXPECT_EQ(t.encode("ж"), std::vector<int>{Tokenizer::kUnknown});
  EXPECT_EQ(t.token(Tokenizer::kFirstOwn), "w");  // the most frequent
}

TEST(Tokenizer, TheMostFrequentAreKept) {
  const Tokenizer t = learn_words(kTexts, 2);
  EXPECT_EQ(t.size(), Tokenizer::kFirstOwn + 2);
  EXPECT_NE(t.find("low"), Tokenizer::kUnknown);
  EXPECT_NE(t.find("newer"), Tokenizer::kUnknown);
  EXPECT_EQ(t.find("wider"), Tokenizer::kUnknown);
  EXPECT_EQ(learn_words(kTexts, 1000, 2).size(), Tokenizer::kFirstOwn + 2);
}

TEST(Tokenizer, WordsAreInLowerCaseAndWithoutPunctuation) {
  const std::vector<std::string> texts = {"A cat, the CAT's 2 lives."};
  const Tokenizer t = learn_words(texts, 100);
  EXPECT_EQ(t.pieces("A cat, the CAT's"), (std::vector<std::string_view>{"A", "cat", "the", "CAT", "s"}));
  EXPECT_EQ(t.encode("Cat cAT cat"), std::vector<int>(3, t.find("cat")));
  EXPECT_EQ(t.decode(t.encode("the cat barks")), "the cat �");
  EXPECT_TRUE(t.encode(" …!").empty());
}

TEST(Tokenizer, PairsLearnWhatIsFrequentFirst) {
  const Tokenizer t = learn_pairs(kTexts, 3);
  EXPECT_EQ(t.kind(), Tokenizer::Kind::kPairs);
  EXPECT_NE(t.find("low"), Tokenizer::kUnknown);
  for (const std::string& text : kTexts) EXPECT_EQ(t.decode(t.encode(text)), text);
  EXPECT_EQ(t.encode("low").size(), 1u);
}

TEST(Tokenizer, MorePairsMakeFewerTokens) {
  size_t before = 1000;
  for (int pairs : {0, 2, 5, 20}) {
    const Tokenizer t = learn_pairs(kTexts, pairs);
    size_t tokens = 0;
    for (const std::string& text : kTexts) {
      const std::vector<int> numbers = t.encode(text);
      EXPECT_EQ(t.decode(numbers), text);
      EXPECT_EQ(t.pieces(text).size(), numbers.size());
      tokens += numbers.size();
    }
    EXPECT_LT(tokens, before) << pairs;
    before = tokens;
  }
}

TEST(Tokenizer, PairsCarryUnknownCharactersThrough) {
  const Tokenizer t = learn_pairs(kTexts, 5);
  const std::string text = "lowжlow";
  EXPECT_EQ(t.decode(t.encode(text)), "low�low");
  EXPECT_EQ(t.pieces(text), (std::vector<std::string_view>{"low", "ж", "low"}));
}

TEST(Tokenizer, LearningPairsCanBeStopped) {
  double last = 0;
  const Tokenizer t = learn_pairs(kTexts, 10, [&](double share) { return (last = share) < 0.15; });
  EXPECT_NEAR(last, 0.2, 1e-9);
  EXPECT_EQ(t, learn_pairs(kTexts, 2));
}

TEST(Tokenizer, SavedAndLoadedIsTheSame) {
  for (const Tokenizer& t : {learn_characters(kTexts, 1000), learn_words(kTexts, 1000), learn_pairs(kTexts, 8)})
    EXPECT_EQ(Tokenizer::from_json(t.to_json(), "it"), t);
}

TEST(Tokenizer, WhatIsNoTokenizerIsRefused) {
  for (const char* json :
       {"", "[]", "{}", R"({"kind":"letters","tokens":["a"]})", R"({"kind":"words","tokens":["a","a"]})",
        R"({"kind":"words","tokens":[""]})", R"({"kind":"words","tokens":[7]})",
        R"({"kind":"pairs","tokens":["a","b","ab"],"merges":[[3,9]]})",
        R"({"kind":"pairs","tokens":["a","b","ab"],"merges":[[4,3]]})",
        R"({"kind":"pairs","tokens":["ab"],"merges":[[3,3]]})",
        R"({"kind":"pairs","tokens":["a"],"merges":[[-1,3],[3,3]]})",
        R"({"kind":"pairs","tokens":["a"],"merges":[[3]]})"})
    EXPECT_NE(message_of<Error>([&] { Tokenizer::from_json(json, "it"); }), "") << json;
}

}  // namespace
}  // namespace lab
