// Confusions, accuracies and the worst mistakes, counted by hand.

#include "core/inspect/mistakes.h"

#include <gtest/gtest.h>

#include <numeric>

namespace lab {
namespace {

Judged judged(int index, int label, int answer, double loss) {
  return {index, label, answer, 0.5f, loss, label == answer, 1};
}

TEST(Mistakes, AreCountedByClassAndAddUpToTheSamples) {
  Mistakes m(3, 10);
  m.add(judged(0, 0, 0, 0.1)), m.add(judged(1, 0, 2, 3)), m.add(judged(2, 0, 0, 0.2));
  m.add(judged(3, 1, 1, 0.4)), m.add(judged(4, 2, 0, 5));
  EXPECT_EQ(std::accumulate(m.confusion.begin(), m.confusion.end(), 0), m.samples);
  EXPECT_EQ(m.samples, 5);
  EXPECT_EQ(m.of, 10);
  EXPECT_EQ(m.count(0, 0), 2);
  EXPECT_EQ(m.count(0, 2), 1);
  EXPECT_EQ(m.count(2, 0), 1);
  EXPECT_EQ(m.of_class(0), 3);
  EXPECT_NEAR(m.accuracy(0), 2.0 / 3, 1e-12);
  EXPECT_EQ(m.accuracy(1), 1);
  EXPECT_EQ(m.accuracy(2), 0);
  EXPECT_NEAR(m.accuracy(), 3.0 / 5, 1e-12);
  EXPECT_NEAR(m.loss, 8.7, 1e-9);
}

TEST(Mistakes, TheWorstComeFirstAndAreFew) {
  Mistakes m(2, 100);
  m.add(judged(7, 0, 0, 99));  // right, though unsure
  for (int i = 0; i < 60; ++i) m.add(judged(100 - i, 0, 1, i % 30));
  ASSERT_EQ(m.worst.size(), Mistakes::kWorst);
  EXPECT_EQ(m.worst[0].loss, 29);
  EXPECT_EQ(m.worst[0].index, 100 - 59) << "of equal losses the earlier sample";
  EXPECT_EQ(m.worst[1].index, 100 - 29);
  for (size_t i = 1; i < m.worst.size(); ++i) EXPECT_LE(m.worst[i].loss, m.worst[i - 1].loss);
}

TEST(Mistakes, OfTextsToAnswerAreCountedByPlace) {
  Mistakes m(0, 2);
  m.add({0, -1, -1, 0, 0.5, 3, 4});
  m.add({1, -1, -1, 0, 0.1, 6, 6});
  EXPECT_NEAR(m.accuracy(), 0.9, 1e-12);
  ASSERT_EQ(m.worst.size(), 1u);
  EXPECT_EQ(m.worst[0].index, 0);
  EXPECT_TRUE(m.confusion.empty());
}

}  // namespace
}  // namespace lab
