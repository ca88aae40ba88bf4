// Lanes whose heads and layers differ, trained as any other; and what is said of them.

#include <gtest/gtest.h>

#include "core/live/live_run.h"
#include "core/train/trainer.h"
#include "tests/core/train/small_data.h"

namespace lab {
namespace {

Experiment experiment_of(std::initializer_list<const char*> lanes) {
  Experiment e;
  e.model = {.width = 16, .heads = 4, .layers = 2, .mlp = 32, .patch = 2, .dropout = 0};
  e.batch = 16;
  e.optimiser.learning_rate = 3e-3f;
  e.lanes.clear();
  for (const char* lane : lanes) e.lanes.push_back(parse_lane(lane));
  return e;
}

TEST(Hybrids, LearnAsAnyLane) {
  Trainer trainer(experiment_of({"dense+local:window=1,heads=1-2+block:block=2,layers=2,heads=2",
                                 "shifted:block=2+dense:score=cosine,heads=3", "bigbird+strided:layers=1",
                                 "dilated+local:score=additive,heads=1+dense:score=general,heads=4"}),
                  small_data());
  for (int step = 0; step < 60; ++step) trainer.step();
  for (int lane = 0; lane < trainer.lanes(); ++lane)
    EXPECT_GT(trainer.evaluate(lane, trainer.data().test, 120).accuracy, 0.9) << lane;
}

TEST(Hybrids, HeadsWithStrategiesLearn) {
  Trainer trainer(experiment_of({"dense:strategy=synthesizer+dense:strategy=linear,heads=1",
                                 "local:window=2,strategy=span+dense:strategy=temperature,score=general,layers=2",
                                 "dense:strategy=top_k,k=4,score=additive+dense:strategy=gaussian,heads=2-3",
                                 "shifted:block=2,strategy=synthesizer+dense:strategy=uniform,heads=4"}),
                  small_data());
  for (int step = 0; step < 60; ++step) trainer.step();
  for (int lane = 0; lane < trainer.lanes(); ++lane)
    EXPECT_GT(trainer.evaluate(lane, trainer.data().test, 120).accuracy, 0.9) << lane;
}

TEST(Hybrids, WhatEachHeadHasLearnedIsRead) {
  Trainer trainer(experiment_of({"dense+dense:strategy=temperature,heads=2+dense:strategy=span,penalty=50,heads=3-4"}),
                  small_data());
  const std::vector<float> before = trainer.read(0, trainer.data().test.picture(0)).figures;
  for (int step = 0; step < 20; ++step) trainer.step();
  const std::vector<float> after = trainer.read(0, trainer.data().test.picture(0)).figures;
  ASSERT_EQ(after.size(), 8u);
  for (int layer = 0; layer < 2; ++layer) {
    EXPECT_EQ(after[4 * layer], kNoFigure);
    EXPECT_EQ(before[4 * layer + 1], 1);
    EXPECT_NE(after[4 * layer + 1], 1);
    for (int head = 2; head < 4; ++head) EXPECT_LT(after[4 * layer + head], before[4 * layer + head]);
  }
}

TEST(Hybrids, AnExceptionThatChangesNothingChangesNothing) {
  Trainer trainer(experiment_of({"local:window=1", "local:window=1+local:window=1,heads=2,layers=1",
                                 "dense+local:window=1", "dense+block:heads=1+local:window=1"}),
                  small_data());
  for (int step = 0; step < 5; ++step) {
    trainer.step();
    for (int lane = 1; lane < 4; ++lane) ASSERT_EQ(trainer.loss(lane), trainer.loss(0)) << "lane " << lane;
  }
}

TEST(Hybrids, PartsOfTheHeadsComputeWhatAllWould) {
  // The same pattern as a mask: the parts are made apart, the numbers must not differ by more than their rounding.
  const PairMask all(17, true);
  Trainer trainer(experiment_of({"dense", ("dense+painted:heads=2-3,mask=" + all.text()).c_str()}), small_data());
  ASSERT_TRUE(trainer.maps(1)[0].heads_differ());
  for (int step = 0; step < 20; ++step) trainer.step();
  EXPECT_NEAR(trainer.loss(0), trainer.loss(1), 1e-4);
}

TEST(Hybrids, AbsentPairsOfEachHeadHaveNoWeight) {
  Trainer trainer(experiment_of({"shifted:block=2+local:window=0,heads=2,layers=2"}), small_data());
  trainer.step();
  const int n = trainer.shape().tokens(), heads = 4;
  const Reading reading = trainer.read(0, trainer.data().test.picture(0));
  for (size_t at = 0; at < reading.attention.size(); ++at) {
    const int key = static_cast<int>(at % n), query = static_cast<int>(at / n % n);
    const size_t matrix = at / n / n;
    const bool exists = trainer.maps(0)[matrix / heads].heads[matrix % heads]->exists(query, key);
    ASSERT_EQ(reading.attention[at] > 0, exists) << "layer and head " << matrix << ": " << query << ", " << key;
  }
}

TEST(Hybrids, CostsAreSumsOverLayersAndHeads) {
  Experiment e = experiment_of({"dense+local:window=0,heads=1", "dense"});
  e.task = "shapes";
  e.model.patch = 7;
  LiveRun run(e);
  run.advance();
  const auto snapshot = run.snapshot();
  const Cost &hybrid = snapshot->lanes[0].cost, &dense = snapshot->lanes[1].cost;
  const int64_t tokens = 17, local = 16 + 2 * 16 + 1;  // each patch itself and the class token, which sees all
  EXPECT_EQ(dense.pairs, 2 * 4 * tokens * tokens);
  EXPECT_EQ(hybrid.dense_pairs, dense.pairs);
  EXPECT_EQ(hybrid.pairs, 2 * (3 * tokens * tokens + local));
  EXPECT_EQ(hybrid.multiply_adds * dense.pairs, dense.multiply_adds * hybrid.pairs);
  EXPECT_EQ(hybrid.weight_bytes, hybrid.pairs * 16 * 4);
  EXPECT_EQ(snapshot->lanes[0].title, "Dense, head 1 local 1×1");
}

}  // namespace
}  // namespace lab
