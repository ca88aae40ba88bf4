// Early stopping, guidance and rules of attention in training.

#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <string>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/data/shapes.h"
#include "core/live/live_run.h"
#include "core/train/early_stopping.h"
#include "core/train/guide.h"
#include "core/train/trainer.h"
#include "tests/core/number_of_threads.h"
#include "tests/core/train/small_data.h"

namespace lab {
namespace {

Experiment small_experiment() {
  Experiment e;
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 32, .patch = 2, .dropout = 0};
  e.lanes = {parse_lane("dense"), parse_lane("local:window=1")};
  e.batch = 16;
  e.optimiser.learning_rate = 3e-3f;
  return e;
}

// The object is the bright half.
DatasetPtr data_with_objects() {
  auto data = std::make_shared<Dataset>(*small_data());
  for (ImageSet* set : {&data->train, &data->test})
    for (int i = 0; i < set->count(); ++i)
      for (int pixel = 0; pixel < 64; ++pixel) set->objects.push_back((pixel % 8 >= 4) == (set->labels[i] == 1));
  return data;
}

// Labels that nothing in the pictures tells: whatever is learned is learned by heart.
DatasetPtr noisy_data(uint64_t seed = 5) {
  auto data = std::make_shared<Dataset>(*small_data());
  Rng rng(seed, stream::kTests);
  for (uint8_t& label : data->train.labels) label = static_cast<uint8_t>(rng.below(2));
  return data;
}

void train(Trainer& trainer, int steps) {
  for (int step = 0; step < steps; ++step) trainer.step();
}

// ---- early stopping

TEST(EarlyStopping, HoldsOutItsShareAndNoPictureTwice) {
  const DatasetPtr data = small_data();
  const HeldOut out = hold_out(data->train, {3, 0.25f, 10}, 7);
  EXPECT_EQ(out.pictures.count(), 64);
  EXPECT_EQ(out.rest.size(), 192u);
  EXPECT_EQ(std::set<uint32_t>(out.rest.begin(), out.rest.end()).size(), 192u);
  std::multiset<std::string> pictures, all;
  const auto add = [](auto& to, const ImageSet& set, int i) {
    const auto picture = set.picture(i);
    to.insert({picture.begin(), picture.end()});
  };
  for (int i = 0; i < out.pictures.count(); ++i) add(pictures, out.pictures, i);
  for (const uint32_t i : out.rest) add(pictures, data->train, static_cast<int>(i));
  for (int i = 0; i < data->train.count(); ++i) add(all, data->train, i);
  EXPECT_EQ(pictures, all);
  EXPECT_NE(hold_out(data->train, {3, 0.25f, 10}, 8).rest, out.rest);
  EXPECT_EQ(hold_out(data->train, {0, 0.25f, 10}, 7).rest.size(), 256u);
  EXPECT_THROW(hold_out(data->train, {3, 0.001f, 10}, 7), Error);
}

TEST(EarlyStopping, WaitsAsLongAsItsPatience) {
  Stopping lane;
  EXPECT_EQ(judge(lane, 10, 2.0, 2), Verdict::kBetter);
  EXPECT_EQ(judge(lane, 20, 2.0, 2), Verdict::kWait);
  EXPECT_EQ(judge(lane, 30, 1.5, 2), Verdict::kBetter);
  EXPECT_EQ(judge(lane, 40, 1.6, 2), Verdict::kWait);
  EXPECT_EQ(judge(lane, 50, NAN, 2), Verdict::kStop);
  EXPECT_EQ(lane.best_step, 30);
  EXPECT_EQ(lane.best_loss, 1.5);
}

Experiment stopping_experiment() {
  Experiment e = small_experiment();
  e.early_stopping = {3, 0.25f, 5};
  return e;
}

TEST(EarlyStopping, EndsAtTheBestWeightsAndStaysThere) {
  Trainer trainer(stopping_experiment(), noisy_data());
  EXPECT_EQ(trainer.held_out_pictures(), 64);
  EXPECT_EQ(trainer.steps_per_epoch(), 12);
  for (int step = 0; step < 400 && !trainer.finished(); ++step) trainer.step();
  ASSERT_TRUE(trainer.finished());
  const HeldOut out = hold_out(trainer.data().train, trainer.experiment().early_stopping, 7);
  for (int lane = 0; lane < trainer.lanes(); ++lane) {
    const Stopping& s = trainer.stopping(lane);
    EXPECT_EQ(s.evaluated % 5, 0);
    EXPECT_EQ(s.evaluated, s.best_step + 3 * 5);
    EXPECT_GE(s.loss, s.best_loss);
    EXPECT_DOUBLE_EQ(trainer.evaluate(lane, out.pictures, 64).loss, s.best_loss);
  }
  const int64_t steps = trainer.steps();
  trainer.step();
  EXPECT_EQ(trainer.steps(), steps);
}

TEST(EarlyStopping, ALaneThatStoppedIsNotTrainedWhileTheOthersGoOn) {
  Experiment e = stopping_experiment();
  e.lanes[1] = parse_lane("dense:strategy=identity");  // it sees nothing but the class token: another course
  Trainer trainer(e, noisy_data());
  const auto stopped = [&] { return trainer.stopping(0).stopped || trainer.stopping(1).stopped; };
  while (!stopped()) trainer.step();
  const int one = trainer.stopping(0).stopped ? 0 : 1;
  ASSERT_FALSE(trainer.finished());  // else both stopped at once
  const std::vector<float> then = trainer.learned(one, false).values, other = trainer.learned(1 - one, false).values;
  EXPECT_FALSE(trainer.at_rest(one));
  trainer.step();
  EXPECT_TRUE(trainer.at_rest(one));
  EXPECT_EQ(trainer.steps(0), trainer.steps(1));
  EXPECT_EQ(trainer.learned(one, false).values, then);
  EXPECT_NE(trainer.learned(1 - one, false).values, other);
}

TEST(EarlyStopping, TheTestSetHasNoPartInIt) {
  const DatasetPtr usual = noisy_data();
  auto other = std::make_shared<Dataset>(*usual);
  other->test = left_or_right(40, 77);
  std::vector<int64_t> stops[2];
  for (const bool second : {false, true}) {
    Trainer trainer(stopping_experiment(), second ? other : usual);
    for (int step = 0; step < 400 && !trainer.finished(); ++step) trainer.step();
    for (int lane : {0, 1}) stops[second].push_back(trainer.stopping(lane).best_step);
  }
  EXPECT_EQ(stops[0], stops[1]);
}

TEST(EarlyStopping, WithoutPatienceTrainingIsAsItAlwaysWas) {
  Experiment e = small_experiment();
  Trainer plain(e, small_data());
  e.early_stopping = {0, 0.5f, 3};
  Trainer off(e, small_data());
  train(plain, 20), train(off, 20);
  EXPECT_EQ(plain.learned(0).values, off.learned(0).values);
  EXPECT_EQ(off.held_out_pictures(), 0);
}

TEST(EarlyStopping, AStateBringsItBack) {
  const Experiment e = stopping_experiment();
  Trainer straight(e, noisy_data()), again(e, noisy_data());
  train(straight, 12);
  const TrainingState then = straight.state();
  train(straight, 60);
  again.restore(then);
  train(again, 60);
  EXPECT_EQ(straight.state(), again.state());
  EXPECT_GT(straight.stopping(0).best_step, 0);
}

// ---- guidance

double class_token_on(const std::vector<uint8_t>& target, const Reading& reading, int layer, int heads) {
  const size_t n = target.size();
  double mass = 0;
  for (int head = 0; head < heads; ++head)
    for (size_t key = 0; key < n; ++key)
      if (target[key]) mass += reading.attention[((layer * heads + head) * n) * n + key] / heads;
  return mass;
}

TEST(Guidance, MovesAttentionOntoWhatIsPainted) {
  Experiment e = small_experiment();
  e.guidance = {"painted", 0, "class", {}, {}, PatchMask::parse("#.../..../..../....")};
  std::vector<double> shares;
  for (const float weight : {0.0f, 2.0f}) {
    e.guidance.weight = weight;
    Trainer trainer(e, small_data());
    train(trainer, 80);
    const std::vector<uint8_t> target = target_in(trainer.data().test, 0, e, trainer.shape().geometry());
    EXPECT_EQ(std::accumulate(target.begin(), target.end(), 0), 1);
    EXPECT_EQ(target[1], 1);
    shares.push_back(class_token_on(target, trainer.read(0, trainer.data().test.picture(0)), 0, 2));
    EXPECT_NEAR(trainer.terms(0).on_target, weight > 0 ? shares.back() : 0, 0.2);
  }
  EXPECT_LT(shares[0], 0.3);
  EXPECT_GT(shares[1], 0.7);
}

TEST(Guidance, MovesAttentionOntoTheObjectOfEachPicture) {
  Experiment e = small_experiment();
  e.guidance.target = "objects";
  e.guidance.queries = "all";
  Trainer trainer(e, data_with_objects());
  train(trainer, 1);
  const LossTerms first = trainer.terms(0);
  EXPECT_NEAR(first.on_target, 0.47, 0.1);  // half of the patches, and the class token beside them
  train(trainer, 80);
  EXPECT_GT(trainer.terms(0).on_target, 0.8);
  EXPECT_LT(trainer.terms(0).guidance, 0.5f * first.guidance);
  EXPECT_GT(trainer.terms(1).on_target, first.on_target);  // a local lane sees some of it
}

TEST(Guidance, ShapesKnowTheirObjects) {
  const Dataset shapes = make_shapes();
  ASSERT_TRUE(shapes.train.knows_objects() && shapes.test.knows_objects());
  for (int i = 0; i < 50; ++i) {
    const auto object = shapes.train.object(i), picture = shapes.train.picture(i);
    double in = 0, out = 0, inside = 0;
    for (size_t at = 0; at < object.size(); ++at) object[at] ? (in += picture[at], ++inside) : out += picture[at];
    EXPECT_GT(inside, 10);
    EXPECT_GT(in / inside, 1.5 * out / (784 - inside)) << i;
  }
}

TEST(Guidance, AsksForObjectsOnlyWhereTheyAreKnown) {
  Experiment e = small_experiment();
  e.guidance.target = "objects";
  EXPECT_THROW(Trainer(e, small_data()), Error);
  Trainer trainer(small_experiment(), small_data());
  EXPECT_THROW(trainer.change(e), Error);
  EXPECT_EQ(trainer.experiment(), small_experiment());
  train(trainer, 2);
  EXPECT_FALSE(trainer.guided());
}

// ---- all rules together

Experiment ruled_experiment() {
  Experiment e = small_experiment();
  e.model.attention_dropout = 0.2f;
  e.penalties = {1, -0.3f};
  e.guidance.target = "objects";
  return e;
}

TEST(Regularisers, GiveTheSameBitsOnAnyNumberOfThreads) {
  std::vector<std::vector<float>> values;
  for (const int count : {1, 2, 3}) {
    const NumberOfThreads these(count);
    Trainer trainer(ruled_experiment(), data_with_objects());
    train(trainer, 6);
    values.push_back(trainer.learned(0).values);
    values.back().push_back(trainer.terms(1).penalty);
  }
  EXPECT_EQ(values[0], values[1]);
  EXPECT_EQ(values[0], values[2]);
}

TEST(Regularisers, AnEntropyPenaltySharpensAndABonusSpreads) {
  const auto entropy_after = [](float weight) {
    Experiment e = small_experiment();
    e.penalties.entropy = weight;
    Trainer trainer(e, small_data());
    train(trainer, 60);
    return trainer.terms(0).penalty / weight;
  };
  const float sharp = entropy_after(1), plain = entropy_after(1e-6f), broad = entropy_after(-1);
  EXPECT_LT(sharp, 0.8f * plain);
  EXPECT_GE(broad, plain);
}

TEST(Regularisers, ComeAndGoInFlight) {
  Trainer trainer(small_experiment(), data_with_objects());
  train(trainer, 2);
  EXPECT_TRUE(trainer.dropped(0).empty());
  trainer.change(ruled_experiment());
  train(trainer, 2);
  EXPECT_FALSE(trainer.dropped(0).empty());
  EXPECT_NE(trainer.terms(0).penalty, 0);
  EXPECT_GT(trainer.terms(0).on_target, 0);
  trainer.change(small_experiment());
  train(trainer, 2);
  EXPECT_TRUE(trainer.dropped(0).empty());
  EXPECT_EQ(trainer.terms(0).penalty, 0);
  EXPECT_EQ(trainer.steps(), 6);
}

TEST(Regularisers, WhatALaneCannotFollowIsRefusedAndNothingChanges) {
  Experiment e = small_experiment();
  e.lanes[1] = parse_lane("dense:strategy=linear");
  Trainer trainer(e, small_data()), same(e, small_data());
  Experiment dropping = e;
  dropping.model.attention_dropout = 0.1f;
  EXPECT_THROW(trainer.change(dropping), Error);
  EXPECT_EQ(trainer.experiment(), e);
  train(trainer, 3), train(same, 3);
  EXPECT_EQ(trainer.learned(0).values, same.learned(0).values);
}

TEST(Regularisers, ARunShowsTermsEventsAndWhatWasDropped) {
  Experiment e;
  e.task = "shapes";
  e.model = {.width = 8, .heads = 2, .layers = 1, .mlp = 8, .patch = 7, .dropout = 0};
  e.lanes = {parse_lane("dense")};
  e.batch = 8;
  e.model.attention_dropout = 0.3f;
  e.penalties.squares = 0.5f;
  e.guidance.target = "objects";
  e.early_stopping = {1, 0.01f, 1};
  e.optimiser.learning_rate = 0.2f;  // so that it soon gets worse
  LiveRun run(e);
  EXPECT_TRUE(run.snapshot()->event.empty());
  run.apply(command::Play{});
  for (int step = 0; step < 60 && run.playing(); ++step) run.advance();
  EXPECT_FALSE(run.playing());
  const auto s = run.snapshot();
  const LaneSnapshot& lane = s->lanes[0];
  EXPECT_GT(lane.stopped_step, lane.best_step);
  EXPECT_NE(s->event.find("stopped early"), std::string::npos) << s->event;
  EXPECT_TRUE(s->message.empty());
  const auto steps = static_cast<size_t>(lane.stopped_step);
  EXPECT_EQ(lane.train_loss.value.size(), steps);
  EXPECT_EQ(lane.penalty.value.size(), steps);
  EXPECT_EQ(lane.guidance.value.size(), steps);
  EXPECT_EQ(lane.held_out_loss.value.size(), steps);
  EXPECT_EQ(lane.dropped.size(), size_t{2 * 17 * 17});
  EXPECT_EQ(s->target.size(), 17u);
  EXPECT_GT(std::accumulate(s->target.begin(), s->target.end(), 0), 0);
}

}  // namespace
}  // namespace lab
