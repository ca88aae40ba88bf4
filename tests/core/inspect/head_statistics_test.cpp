// Figures of heads against cases counted by hand, and labels against the figures that earn them.

#include "core/inspect/head_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace lab {
namespace {

TileMap dense(const Geometry& geometry) { return TileMap(Pattern{}, geometry); }

HeadStatistics statistics(const std::vector<float>& weights, const TileMap& map, int tokens) {
  HeadTally tally;
  tally.add(weights, map, tokens);
  return tally.mean();
}

// Three tokens in a row: the first looks at itself, the second half before and half at itself, the third evenly.
TEST(HeadStatistics, OfASequenceAreThoseCountedByHand) {
  const float third = 1.0f / 3;
  const HeadStatistics s = statistics({1, 0, 0, 0.5f, 0.5f, 0, third, third, third}, dense(Geometry::sequence(3)), 3);
  EXPECT_NEAR(s.entropy, (0 + std::log(2) + std::log(3)) / 3, 1e-6);
  EXPECT_NEAR(s.entropy_share, (0 + std::log(2) / std::log(3) + 1) / 3, 1e-6);
  EXPECT_NEAR(s.distance, (0.5 + third + 2 * third) / 3, 1e-6);
  EXPECT_NEAR(s.itself, (1 + 0.5 + third) / 3, 1e-6);
  EXPECT_NEAR(s.before, (0.5 + third) / 3, 1e-6);
  EXPECT_NEAR(s.neighbours, (0.5 + third) / 3, 1e-6);
  EXPECT_EQ(s.class_token, 0);
}

// A class token and 2 × 2 patches. The class token's own row counts for its entropy alone.
TEST(HeadStatistics, TheClassTokenIsNoPlace) {
  const TileMap map = dense(Geometry::grid(2, 2, 1));
  const HeadStatistics s = statistics({0.2f, 0.2f, 0.2f, 0.2f, 0.2f,  //
                                       0.6f, 0.4f, 0,    0,    0,     // 0.4 stays
                                       0.6f, 0.4f, 0,    0,    0,     // 0.4 goes 1 to the left
                                       0.6f, 0,    0.4f, 0,    0,     // 0.4 goes √2 up and right
                                       1,    0,    0,    0,    0},
                                      map, 5);
  EXPECT_NEAR(s.class_token, (3 * 0.6 + 1) / 4, 1e-6);
  EXPECT_NEAR(s.itself, 0.1, 1e-6);
  EXPECT_NEAR(s.neighbours, 0.2, 1e-6);
  EXPECT_NEAR(s.distance, (0 + 1 + std::sqrt(2)) / 3, 1e-6);
  EXPECT_EQ(s.before, 0) << "there is no token before in a picture";
  const double h = -(0.6 * std::log(0.6) + 0.4 * std::log(0.4));
  EXPECT_NEAR(s.entropy, (std::log(5) + 3 * h) / 5, 1e-6);
}

// Four tokens of an answer on three of a text and one of padding: what is looked at most is 1, then 3, then 1, then 1.
TEST(HeadStatistics, OfAnAnswerLookingAtATextAreThoseCountedByHand) {
  const TileMap map = dense(Geometry::sequence(4, 4));
  CrossTally tally;
  tally.add(std::vector<float>{0.5f, 0.25f, 0.25f, 9,  //
                               0, 0, 1, 9,             //
                               0.5f, 0.5f, 0, 9,       //
                               1, 0, 0, 9},
            map, 3);
  const HeadStatistics s = tally.mean();
  EXPECT_NEAR(s.entropy, (1.5 * std::log(2) + 0 + std::log(2) + 0) / 4, 1e-6);
  EXPECT_NEAR(s.entropy_share, (1.5 + 1) * std::log(2) / std::log(3) / 4, 1e-6);
  EXPECT_NEAR(s.largest, (0.5 + 1 + 0.5 + 1) / 4, 1e-6);
  EXPECT_NEAR(s.onward, 1.0 / 3, 1e-6);
  EXPECT_NEAR(s.backward, 1.0 / 3, 1e-6);
  EXPECT_NEAR(s.forwards, 0.5, 1e-6);
  EXPECT_NEAR(s.backwards, 0.5, 1e-6);
  EXPECT_EQ(s.itself + s.before + s.neighbours + s.distance, 0) << "there is no distance between two texts";
}

TEST(HeadStatistics, AnAnswerThatReadsInOrderEarnsItsLabel) {
  const TileMap map = dense(Geometry::sequence(3, 3));
  CrossTally forwards, backwards, even, chance;
  forwards.add(std::vector<float>{0.6f, 0.2f, 0.2f, 0.2f, 0.6f, 0.2f, 0.2f, 0.2f, 0.6f}, map, 3);
  backwards.add(std::vector<float>{0.2f, 0.2f, 0.6f, 0.2f, 0.6f, 0.2f, 0.6f, 0.2f, 0.2f}, map, 3);
  even.add(std::vector<float>(9, 1.0f / 3), map, 3);
  chance.add_even(map, 3);
  EXPECT_EQ(habit_of(forwards.mean())->label, "reads forwards");
  EXPECT_EQ(habit_of(backwards.mean())->label, "reads backwards");
  EXPECT_EQ(habit_of(even.mean())->label, "spreads evenly");
  EXPECT_NEAR(chance.mean().entropy, std::log(3), 1e-6);
  EXPECT_NEAR(chance.mean().largest, 1.0 / 3, 1e-6);
  EXPECT_NEAR(chance.mean().onward, 1.0 / 3, 1e-6);  // of nine pairs of tokens three go on, three back
  EXPECT_NEAR(chance.mean().backward, 1.0 / 3, 1e-6);
  EXPECT_NEAR(chance.mean().forwards, 0.5, 1e-6);
  CrossTally resting;  // one step in four moves: too few to say more
  resting.add(std::vector<float>{1, 0, 1, 0, 1, 0, 1, 0, 0, 1}, dense(Geometry::sequence(5, 2)), 2);
  EXPECT_NEAR(resting.mean().onward, 0.25, 1e-6);
  EXPECT_EQ(resting.mean().forwards, 0);
  EXPECT_EQ(habit_of(resting.mean())->label, "picks one token");
}

TEST(HeadStatistics, PaddingAndQueriesWithoutKeysCountForNothing) {
  const TileMap map = dense(Geometry::sequence(3));
  HeadTally tally;
  tally.add(std::vector<float>{0.5f, 0.5f, 9, 0, 0, 9, 9, 9, 9}, map, 2);
  EXPECT_EQ(tally.queries(), 1);
  EXPECT_NEAR(tally.mean().entropy, std::log(2), 1e-6);
  EXPECT_NEAR(tally.mean().entropy_share, 1, 1e-6);
}

TEST(HeadStatistics, EvenWeightsHaveAllTheEntropyThatTheirPairsAllow) {
  Pattern local;
  local.kind = "local", local.window = 1;
  for (const Geometry& geometry : {Geometry::sequence(9), Geometry::grid(4, 4, 1)})
    for (const Pattern& pattern : {Pattern{}, local}) {
      const TileMap map(pattern, geometry);
      std::vector<float> weights(map.dense_pairs());
      for (int query = 0; query < map.queries(); ++query) {
        int pairs = 0;
        for (const KeyRun& run : map.runs(query)) pairs += run.end - run.begin;
        for (const KeyRun& run : map.runs(query))
          std::fill_n(weights.begin() + query * map.keys() + run.begin, run.end - run.begin, 1.0f / pairs);
      }
      HeadTally even;
      even.add_even(map, map.queries());
      const HeadStatistics a = even.mean(), b = statistics(weights, map, map.queries());
      EXPECT_NEAR(a.entropy_share, 1, 1e-9);
      for (const auto figure : {&HeadStatistics::entropy, &HeadStatistics::entropy_share, &HeadStatistics::distance,
                                &HeadStatistics::itself, &HeadStatistics::neighbours, &HeadStatistics::before,
                                &HeadStatistics::class_token})
        EXPECT_NEAR(a.*figure, b.*figure, 1e-6);
    }
}

TEST(HeadStatistics, LabelsAreEarnedByTheirFigureAlone) {
  EXPECT_EQ(habit_of(HeadStatistics{}), nullptr);
  for (const HeadHabit& habit : head_habits()) {
    HeadStatistics s;
    s.*habit.figure = habit.least;
    ASSERT_EQ(habit_of(s), &habit);
    s.*habit.figure = habit.least - 0.01;
    EXPECT_EQ(habit_of(s), nullptr) << habit.label;
  }
}

}  // namespace
}  // namespace lab
