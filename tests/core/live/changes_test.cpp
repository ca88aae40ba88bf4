// Changes in the live model's attention: shown, measured, undone bit for bit, and unknown to training.

#include "core/live/changes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/base/error.h"
#include "core/history/run_file.h"
#include "core/live/live_run.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/train/small_data.h"

namespace lab {
namespace {

using What = Intervention::What;

Experiment small_experiment() {
  Experiment e;
  e.task = "shapes";
  e.model = {.width = 8, .heads = 2, .layers = 2, .mlp = 8, .patch = 7, .dropout = 0.1f};
  e.lanes = {parse_lane("dense"), parse_lane("local:window=1")};
  e.batch = 8;
  return e;
}

struct Watched : LiveRun {
  explicit Watched(const Experiment& e = small_experiment()) : LiveRun(e) {
    apply(command::SetHistoryBudget{0});
    for (int step = 0; step < 8; ++step) advance();
  }
  void change(const Intervention& what) { apply(command::Change{what}); }
};

void expect_same_lane(const LaneSnapshot& a, const LaneSnapshot& b) {
  EXPECT_EQ(a.attention, b.attention);
  EXPECT_EQ(a.probabilities, b.probabilities);
}

TEST(Changes, AreSeenInTheirLaneAndUndoneBitForBit) {
  Watched run;
  std::vector<std::shared_ptr<Snapshot>> stood = {run.snapshot()};
  const Intervention all[] = {{What::kOff, 0, 0, 1},
                              {What::kTemperature, 0, 1, -1, 3},
                              {What::kMask, 0, -1, -1, 1, -1, 5},
                              {What::kWeight, 0, 1, 0, 0.9f, 0, 3},
                              {What::kUniform, 0, 1, 1}};
  for (const Intervention& one : all) {
    run.change(one);
    stood.push_back(run.snapshot());
    EXPECT_EQ(stood.back()->changes.items.back().what, one);
    EXPECT_EQ(stood.back()->changes.items.back().step, 8);
    EXPECT_NE(stood.back()->lanes[0].probabilities, stood[stood.size() - 2]->lanes[0].probabilities);
    expect_same_lane(stood.back()->lanes[1], stood[0]->lanes[1]);
  }
  for (size_t left = std::size(all); left-- > 0;) {
    run.apply(command::UndoChange{});
    const auto now = run.snapshot();
    expect_same_lane(now->lanes[0], stood[left]->lanes[0]);
    EXPECT_EQ(now->changes.items.size(), left);
    EXPECT_EQ(now->changes.undone, static_cast<int>(std::size(all) - left));
  }
  run.apply(command::UndoChange{});  // there is none
  for (size_t again = 1; again <= std::size(all); ++again) {
    run.apply(command::RedoChange{});
    expect_same_lane(run.snapshot()->lanes[0], stood[again]->lanes[0]);
  }
}

TEST(Changes, AreUnknownToTraining) {
  Watched changed, plain;
  changed.change({What::kOff, 0, -1, 0});
  changed.change({What::kMask, 1, -1, -1, 1, -1, 2});
  for (int step = 0; step < 6; ++step) {
    changed.advance(), plain.advance();
    changed.snapshot();
  }
  changed.apply(command::UndoChange{});
  changed.apply(command::UndoChange{});
  const auto a = changed.snapshot(), b = plain.snapshot();
  for (int lane : {0, 1}) {
    expect_same_lane(a->lanes[lane], b->lanes[lane]);
    EXPECT_EQ(a->lanes[lane].train_loss.value, b->lanes[lane].train_loss.value);
    EXPECT_EQ(a->lanes[lane].test_accuracy.value, b->lanes[lane].test_accuracy.value);
  }
}

TEST(Changes, AreMeasuredOnTheWholeTestSet) {
  Watched run;
  Trainer same(small_experiment(), run.snapshot()->data);
  for (int step = 0; step < 8; ++step) same.step();
  const SampleSet& test = same.data().test;
  const double plain = same.evaluate(0, test, test.count()).accuracy;
  run.change({What::kOff, 0, -1, -1});
  const auto start = std::chrono::steady_clock::now();
  while (run.finding_out() && std::chrono::steady_clock::now() - start < std::chrono::seconds(30))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const ChangesSnapshot::Item item = run.snapshot()->changes.items.at(0);
  ASSERT_TRUE(item.measured);
  EXPECT_EQ(item.done, 2 * test.count());
  EXPECT_DOUBLE_EQ(item.accuracy_before, plain);
  // Without any attention the class token knows nothing of the picture: one answer for all.
  std::vector<int> counts(same.data().classes.size());
  for (const uint8_t label : test.labels) ++counts[label];
  const auto as_one_answer = [&](int count) { return std::abs(count - item.accuracy * test.count()) < 0.5; };
  EXPECT_TRUE(std::any_of(counts.begin(), counts.end(), as_one_answer)) << item.accuracy;
}

TEST(Changes, OfTheSameThingTheLatestCountsAndADragIsOneChange) {
  Watched run;
  const auto before = run.snapshot();
  run.change({What::kTemperature, 0, 0, 0, 2});
  const auto twice = run.snapshot();
  run.change({What::kTemperature, 0, 0, 0, 5});
  run.change({What::kTemperature, 0, 0, 0, 1});
  expect_same_lane(run.snapshot()->lanes[0], before->lanes[0]);
  run.apply(command::UndoChange{});
  run.apply(command::UndoChange{});
  expect_same_lane(run.snapshot()->lanes[0], twice->lanes[0]);
  for (const float amount : {0.2f, 0.4f, 0.6f})
    run.apply(command::Change{{What::kWeight, 0, 1, 0, amount, 0, 3}, amount < 0.5f});
  EXPECT_EQ(run.snapshot()->changes.items.size(), 2u);
  EXPECT_FLOAT_EQ(run.snapshot()->changes.items[1].what.amount, 0.6f);
  EXPECT_NEAR(run.snapshot()->lanes[0].attention[(2 * 17 + 0) * 17 + 3], 0.6, 1e-6);  // layer 2, head 1
}

TEST(Changes, WhatIsNotThereIsRefusedAndNothingChanges) {
  Experiment e = small_experiment();
  e.lanes = {parse_lane("dense"), parse_lane("linear"), parse_lane("hierarchical")};
  Watched run(e);
  const auto before = run.snapshot();
  for (const Intervention& wrong :
       {Intervention{What::kOff, 1, 0, 0}, Intervention{What::kOff, 2, 0, 0}, Intervention{What::kOff, 3, 0, 0},
        Intervention{What::kOff, 0, 2, 0}, Intervention{What::kOff, 0, 0, 2},
        Intervention{What::kMask, 0, -1, -1, 1, -1, 17}, Intervention{What::kWeight, 0, 0, 0, 1.5f, 0, 0},
        Intervention{What::kTemperature, 0, 0, 0, NAN}}) {
    EXPECT_THROW(run.change(wrong), Error);
    EXPECT_TRUE(run.snapshot()->changes.items.empty());
    expect_same_lane(run.snapshot()->lanes[0], before->lanes[0]);
  }
}

Experiment small_translator(const char* lane = "dense") {
  Experiment e = small_experiment();
  e.task = "reverse";
  e.model.dropout = 0;
  e.lanes = {parse_lane(lane)};
  return e;
}

// Far from what they were, so that the answer that is written changes as well.
TEST(Changes, OfATranslatorsAnswerAreSeenWrittenAndUndoneBitForBit) {
  Watched run(small_translator());
  const auto before = run.snapshot();
  const Intervention all[] = {{.what = What::kUniform, .layer = 0, .head = 0, .attending = Attending::kAnswer},
                              {.what = What::kMask, .key = 0, .attending = Attending::kAnswer},
                              {.what = What::kTemperature, .layer = 1, .amount = 50, .attending = Attending::kCross},
                              {.what = What::kMask, .key = 2, .attending = Attending::kCross},
                              {.what = What::kOff, .attending = Attending::kCross}};
  std::vector<std::vector<float>> written = {before->lanes[0].written.probabilities};
  for (const Intervention& one : all) {
    run.change(one);
    const auto now = run.snapshot();
    written.push_back(now->lanes[0].written.probabilities);
    EXPECT_NE(written.back(), written[written.size() - 2]) << text(one, "", "");
    EXPECT_EQ(now->lanes[0].attention, before->lanes[0].attention) << "what reads the text";
  }
  const auto off = run.snapshot();
  EXPECT_EQ(off->lanes[0].cross.weights, std::vector<float>(off->lanes[0].cross.weights.size()));
  for (size_t left = std::size(all); left-- > 0;) {
    run.apply(command::UndoChange{});
    EXPECT_EQ(run.snapshot()->lanes[0].written.probabilities, written[left]);
  }
  const auto after = run.snapshot();
  expect_same_lane(after->lanes[0], before->lanes[0]);
  EXPECT_EQ(after->lanes[0].answer_attention.weights, before->lanes[0].answer_attention.weights);
  EXPECT_EQ(after->lanes[0].cross.weights, before->lanes[0].cross.weights);
}

TEST(Changes, OfATranslatorsAnswerAreMeasuredOnTheWholeTestSet) {
  Watched run(small_translator());
  run.change({.what = What::kOff, .attending = Attending::kCross});
  const auto start = std::chrono::steady_clock::now();
  while (run.finding_out() && std::chrono::steady_clock::now() - start < std::chrono::seconds(30))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const ChangesSnapshot::Item item = run.snapshot()->changes.items.at(0);
  ASSERT_TRUE(item.measured);
  Trainer same(small_translator(), run.snapshot()->data);
  for (int step = 0; step < 8; ++step) same.step();
  const SampleSet& test = same.data().test;
  EXPECT_DOUBLE_EQ(item.accuracy_before, same.evaluate(0, test, test.count()).accuracy);
  EXPECT_NE(item.accuracy, item.accuracy_before);
}

TEST(Changes, OfAnAnswerThatIsNotThereAreRefused) {
  Watched pictures, translator(small_translator("hierarchical"));
  const Intervention cross{.what = What::kOff, .layer = 0, .head = 0, .attending = Attending::kCross};
  EXPECT_THROW(pictures.change(cross), Error);
  Intervention answer = cross;
  answer.attending = Attending::kAnswer;
  EXPECT_THROW(translator.change(answer), Error) << "it keeps no rows";
  EXPECT_NO_THROW(translator.change(cross)) << "to the text it looks by the data alone";
  EXPECT_THROW(translator.change({.what = What::kMask, .key = 1000, .attending = Attending::kAnswer}), Error);
}

TEST(Changes, AreSavedWithTheRunAndUndoneAsBefore) {
  const TemporaryFolder folder;
  Watched run;
  std::vector<std::shared_ptr<Snapshot>> stood = {run.snapshot()};
  for (const Intervention& one : {Intervention{What::kOff, 0, 0, 1}, Intervention{What::kTemperature, 1, 1, -1, 3},
                                  Intervention{What::kMask, 0, -1, -1, 1, -1, 5}}) {
    run.change(one);
    stood.push_back(run.snapshot());
  }
  run.apply(command::UndoChange{});
  const auto start = std::chrono::steady_clock::now();
  while (run.finding_out() && std::chrono::steady_clock::now() - start < std::chrono::seconds(30))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const ChangesSnapshot made = run.snapshot()->changes;
  run.apply(command::SaveRun{folder.path("run")});

  Watched opened;
  opened.apply(command::OpenRun{folder.path("run")});
  const ChangesSnapshot again = opened.snapshot()->changes;
  EXPECT_EQ(again.undone, 1);
  ASSERT_EQ(again.items.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again.items[i].what, made.items[i].what);
    EXPECT_EQ(again.items[i].step, 8);
    EXPECT_TRUE(again.items[i].measured);
    EXPECT_EQ(again.items[i].accuracy, made.items[i].accuracy);
    EXPECT_EQ(again.items[i].accuracy_before, made.items[i].accuracy_before);
  }
  const auto expect_as = [&](const Snapshot& then) {
    for (int lane : {0, 1}) expect_same_lane(opened.snapshot()->lanes[lane], then.lanes[lane]);
  };
  expect_as(*stood[2]);
  opened.apply(command::RedoChange{});
  expect_as(*stood[3]);
  for (size_t left = 3; left-- > 0;) {
    opened.apply(command::UndoChange{});
    expect_as(*stood[left]);
  }
}

TEST(Changes, OfAFileThatDoNotFitItsRunAreRefusedAndNothingChanges) {
  const TemporaryFolder folder;
  Watched run;
  const auto before = run.snapshot();
  Trainer trainer(small_experiment(), before->data);
  for (const Intervention& wrong :
       {Intervention{What::kOff, 2}, Intervention{What::kOff, 0, 9}, Intervention{What::kMask, 0, -1, -1, 1, -1, 17}}) {
    save_run(folder.path("run"), trainer, std::vector<LaneRecord>(2), History(0), "", {{{wrong}}, 0});
    const std::string said = message_of<Error>([&] { run.apply(command::OpenRun{folder.path("run")}); });
    EXPECT_NE(said.find("is damaged"), std::string::npos) << said;
    EXPECT_EQ(run.step(), 8);
    expect_same_lane(run.snapshot()->lanes[0], before->lanes[0]);
  }
}

TEST(Changes, GoWhenTheRunStartsAgain) {
  Watched run;
  run.change({What::kOff, 0, 0, 0});
  run.apply(command::Restart{});
  EXPECT_TRUE(run.snapshot()->changes.items.empty());
}

}  // namespace
}  // namespace lab
