// The models that a network has to beat, against counts made by hand.

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/text/naive_bayes.h"
#include "core/text/witten_bell.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

TEST(NaiveBayes, DecidesAsTheTextbookDoes) {
  // Manning, Raghavan and Schütze, example 13.1.
  const std::vector<std::string> texts = {"Chinese Beijing Chinese", "Chinese Chinese Shanghai", "Chinese Macao",
                                          "Tokyo Japan Chinese"};
  const std::vector<uint8_t> labels = {1, 1, 1, 0};
  const NaiveBayes model(texts, labels, 2, word_features);
  EXPECT_EQ(model.classify("Chinese Chinese Chinese Tokyo Japan"), 1);
  EXPECT_EQ(model.classify("Tokyo Japan"), 0);
  EXPECT_EQ(model.accuracy(texts, labels), 1);
  EXPECT_THROW(NaiveBayes(texts, std::vector<uint8_t>{0, 1}, 2, word_features), Error);
  EXPECT_THROW(NaiveBayes(texts, std::vector<uint8_t>{0, 1, 2, 0}, 2, word_features), Error);
}

TEST(NaiveBayes, AClassWithoutTextsIsNeverChosen) {
  const std::vector<std::string> texts = {"aaa", "bbb"};
  EXPECT_NE(NaiveBayes(texts, std::vector<uint8_t>{0, 2}, 3, trigram_features).classify("ccc"), 1);
}

TEST(NaiveBayes, TrigramsAreOfCharacters) {
  EXPECT_EQ(trigram_features("我是一个"), (std::vector<std::string>{"我是一", "是一个"}));
  EXPECT_TRUE(trigram_features("ab").empty());
}

TEST(WittenBell, ProbabilitiesAreThoseOfTheEquation) {
  const std::vector<int> text = {0, 1, 0, 1, 0, 2};  // a b a b a c
  const WittenBell model(text, 2, 4);
  const double a = (3 + 3 * 0.25) / 9, c = (1 + 3 * 0.25) / 9, d = (0 + 3 * 0.25) / 9;  // six tokens, three types
  EXPECT_NEAR(model.probability(std::vector<int>{0}), a, 1e-12);
  EXPECT_NEAR(model.probability(std::vector<int>{3}), d, 1e-12);
  EXPECT_NEAR(model.probability(std::vector<int>{0, 2}), (1 + 2 * c) / 5, 1e-12);  // after a: b b c
  EXPECT_NEAR(model.probability(std::vector<int>{1, 0}), (2 + 1 * a) / 3, 1e-12);  // after b: a a
  EXPECT_NEAR(model.probability(std::vector<int>{3, 0}), a, 1e-12);                // after d: nothing yet
}

TEST(WittenBell, ProbabilitiesAfterAnyContextAddUpToOne) {
  std::vector<int> text;
  for (int i = 0; i < 300; ++i) text.push_back((i * i + i / 7) % 5);
  const WittenBell model(text, 4, 6);
  for (int context = 0; context < 50; ++context) {
    double total = 0;
    for (int token = 0; token < 6; ++token)
      total += model.probability(std::vector<int>{text[context], text[context + 1], text[context + 2], token});
    EXPECT_NEAR(total, 1, 1e-9);
  }
}

TEST(WittenBell, LossIsTheMeanOverEveryToken) {
  const std::vector<int> text = {0, 1, 0, 1, 0, 2};
  const WittenBell model(text, 2, 4);
  const double expected =
      -(std::log(model.probability(std::vector<int>{2})) + std::log(model.probability(std::vector<int>{2, 0}))) / 2;
  EXPECT_NEAR(model.loss(std::vector<int>{2, 0}), expected, 1e-12);
}

}  // namespace
}  // namespace lab
