// Lanes that cannot but learn the same: held against training them.

#include "core/train/alike.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/train/trainer.h"
#include "core/train/usual_experiment.h"
#include "tests/core/train/small_data.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

/// How far apart the losses of two lanes are after some steps.
double apart(const Experiment& experiment, const DatasetPtr& data) {
  Trainer trainer(experiment, data);
  for (int step = 0; step < 15; ++step) trainer.step();
  const auto loss = [&](int lane) {
    return trainer.evaluate(lane, trainer.data().test, trainer.data().test.count()).loss;
  };
  return std::abs(loss(0) - loss(1));
}

struct Pair {
  std::initializer_list<const char*> lanes;
  int layers;
  bool same;
};
constexpr double kRounding = 2e-6, kDifference = 5e-5;

const Pair kPairs[] = {
    {{"dense", "local:window=1"}, 1, true},
    {{"dense:score=cosine", "block:block=3,score=cosine"}, 1, true},
    {{"dense", "dense+local:window=1,layers=2"}, 2, true},
    {{"dense", "local:window=1"}, 2, false},
    {{"dense", "dense+local:window=1,layers=1"}, 2, false},
    {{"dense", "dense:score=cosine"}, 1, false},
    {{"dense", "uniform"}, 1, false},
    {{"dense", "dense:learning_rate=0.03"}, 1, false},
};

void expect_what_training_does(Experiment e, const DatasetPtr& data, const Pair& pair) {
  e.model.layers = pair.layers;
  EXPECT_EQ(alike(e, *data, 0, 1), pair.same) << text(e.lanes[1]);
  EXPECT_EQ(alike_in_words(e, *data).empty(), !pair.same) << text(e.lanes[1]);
  if (pair.same)
    EXPECT_LE(apart(e, data), kRounding) << text(e.lanes[1]);
  else
    EXPECT_GE(apart(e, data), kDifference) << text(e.lanes[1]);
}

TEST(Alike, IsWhatTrainingTextsDoes) {
  for (const Pair& pair : kPairs)
    expect_what_training_does(small_experiment("sentences", pair.lanes), load_task("sentences"), pair);
}

TEST(Alike, IsWhatTrainingPicturesDoes) {
  for (const Pair& pair : kPairs) {
    Experiment e = small_experiment("shapes", pair.lanes);
    e.model.patch = 2;
    expect_what_training_does(e, small_data(), pair);
  }
}

TEST(Alike, WhatTakesAllWeightsIntoTheLossTellsThemApart) {
  Experiment e = small_experiment("sentences", {"dense", "local:window=1"});
  ASSERT_TRUE(alike(e, *load_task("sentences"), 0, 1));
  e.penalties.entropy = 1;
  EXPECT_FALSE(alike(e, *load_task("sentences"), 0, 1));
  EXPECT_GE(apart(e, load_task("sentences")), kDifference);
}

TEST(Alike, IsSaidOfLanesThatReadAClassTokenThatSeesAll) {
  const std::string said = alike_in_words(small_experiment("sentences", {"dense", "local:window=1", "block:block=3"}),
                                          *load_task("sentences"));
  EXPECT_EQ(said.find("Dense, Local ±1 and Block 3 learn the same"), 0u) << said;
  EXPECT_NE(said.find("two layers"), std::string::npos);
  EXPECT_EQ(alike_in_words(small_experiment("needle", {"dense", "local:window=4"}), *load_task("needle")), "");
  EXPECT_EQ(alike_in_words(small_experiment("copy", {"dense", "local:window=4"}), *load_task("copy")), "");
}

TEST(Alike, NoTaskBeginsWithLanesThatLearnTheSame) {
  for (const Task& task : tasks()) {
    Dataset data;
    data.kind = task.kind;
    data.class_token_sees_all = !task.places.known();
    EXPECT_EQ(alike_in_words(usual_experiment(task.name), data), "") << task.name;
  }
}

}  // namespace
}  // namespace lab
