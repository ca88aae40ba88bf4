// Runs of texts that are watched: what is done with runs of pictures is done with them.

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/live/live_run.h"
#include "core/train/trainer.h"
#include "core/train/usual_experiment.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

/// Of each kind of model.
std::vector<Experiment> small_runs(const TemporaryFolder& folder) {
  return {small_experiment("sentences", {"dense", "local:window=1"}),
          small_experiment("dates", {"dense", "block:block=4"}), small_writer(folder, {"dense", "local:window=2"})};
}

void advance(LiveRun& run, int steps) {
  for (int i = 0; i < steps; ++i) run.advance();
}

TEST(LiveTexts, GoingBackDoesTheSameStepsAgain) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : small_runs(folder)) {
    LiveRun run(experiment);
    advance(run, 6);
    const auto then = run.snapshot();
    run.apply(command::GoBack{0});
    EXPECT_EQ(run.snapshot()->step, 0);
    advance(run, 6);
    const auto again = run.snapshot();
    for (size_t lane = 0; lane < then->lanes.size(); ++lane) {
      EXPECT_EQ(again->lanes[lane].attention, then->lanes[lane].attention) << experiment.task;
      EXPECT_EQ(again->lanes[lane].cross.weights, then->lanes[lane].cross.weights) << experiment.task;
      EXPECT_EQ(again->lanes[lane].written.tokens, then->lanes[lane].written.tokens) << experiment.task;
      EXPECT_EQ(again->lanes[lane].train_loss.value, then->lanes[lane].train_loss.value) << experiment.task;
    }
  }
}

TEST(LiveTexts, UnseenTextsAreReadLikeTypedOnes) {
  LiveRun run(small_experiment("sentences", {"dense", "local:window=1"}));
  advance(run, 5);
  const std::vector<std::string>& unseen = run.trainer().data().unseen;
  ASSERT_EQ(unseen.size(), 3u);
  const auto s = run.snapshot();
  for (size_t i = 0; i < unseen.size(); ++i) {
    run.apply(command::SetProbeText{unseen[i]});
    const auto typed = run.snapshot();
    for (size_t lane = 0; lane < 2; ++lane) {
      const std::vector<float>& all = s->lanes[lane].unseen;
      ASSERT_EQ(all.size(), 12u);
      for (size_t k = 0; k < 4; ++k)
        EXPECT_TRUE(std::abs(all[4 * i + k] - typed->lanes[lane].probabilities[k]) <= 1e-5f) << unseen[i];
    }
  }
  EXPECT_TRUE(LiveRun(small_experiment("copy", {"dense"})).snapshot()->lanes[0].unseen.empty());
}

Experiment pairs_of(const TemporaryFolder& folder) {
  Experiment e = small_writer(folder, {"dense"});
  e.tokens = "pairs";
  return e;
}

TEST(LiveTexts, LearningPairsIsToldAndCanBeEnded) {
  const TemporaryFolder folder;
  struct Enough {};
  double last = 0;
  bool enough = false;
  const LearningWatch watch = [&](const Experiment& experiment, double share) {
    EXPECT_EQ(experiment.tokens, "pairs");
    EXPECT_GT(share, last);
    last = share;
    if (enough) throw Enough();
    return true;
  };
  LiveRun run(small_experiment("sentences", {"dense"}), {}, DeviceWish::kAuto, watch);
  EXPECT_EQ(last, 0) << "characters are not learnt";
  advance(run, 2);
  enough = true;
  EXPECT_THROW(run.apply(command::SetExperiment{pairs_of(folder)}), Enough);
  EXPECT_EQ(run.snapshot()->experiment.task, "sentences");
  EXPECT_EQ(run.step(), 2) << "nothing has changed";
  enough = false, last = 0;
  run.apply(command::SetExperiment{pairs_of(folder)});
  EXPECT_GT(last, 0);
  EXPECT_EQ(run.trainer().data().tokenizer.kind(), Tokenizer::Kind::kPairs);
}

TEST(LiveTexts, OtherTokensOfTheSameTextAreAnotherDataSet) {
  const TemporaryFolder folder;
  LiveRun run(small_writer(folder, {"dense"}));
  run.apply(command::SetExperiment{pairs_of(folder)});
  EXPECT_EQ(run.trainer().data().tokenizer.kind(), Tokenizer::Kind::kPairs);
}

TEST(LiveTexts, ATextThatIsNoneIsRefusedAndTheRunGoesOn) {
  const TemporaryFolder folder;
  LiveRun run(small_experiment("shapes", {"dense"}));
  advance(run, 2);
  Experiment own = small_experiment("write-king-james", {"dense"});
  const std::pair<std::string, const char*> bad[] = {{"", "is empty"},
                                                     {std::string(2000, '\0'), "NUL"},
                                                     {std::string(2000, '\xff'), "no UTF-8"},
                                                     {"too short", "too short"}};
  for (const auto& [text, said] : bad) {
    own.data_dir = folder.write("own", text);
    EXPECT_NE(message_of<Error>([&] { run.apply(command::SetExperiment{own}); }).find(said), std::string::npos) << said;
    EXPECT_EQ(run.snapshot()->experiment.task, "shapes");
    EXPECT_EQ(run.step(), 2);
  }
}

TEST(LiveTexts, ThePastIsLookedAtByTheSameText) {
  LiveRun run(small_experiment("sentences", {"dense"}));
  run.apply(command::SetProbeText{"我读书"});
  const auto first = run.snapshot();
  advance(run, 5);
  run.apply(command::LookBack{0});
  const auto then = run.snapshot();
  EXPECT_TRUE(then->history.past);
  EXPECT_EQ(then->tokens, first->tokens);
  EXPECT_EQ(then->lanes[0].probabilities, first->lanes[0].probabilities);
}

TEST(LiveTexts, ASavedRunIsOpenedOverAnother) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : small_runs(folder)) {
    LiveRun run(experiment);
    advance(run, 3);
    run.apply(command::SaveRun{folder.path("run")});
    LiveRun other(small_experiment("shapes", {"dense"}));
    other.apply(command::OpenRun{folder.path("run")});
    advance(run, 2), advance(other, 2);
    const auto one = run.snapshot(), two = other.snapshot();
    EXPECT_EQ(two->experiment, one->experiment);
    EXPECT_EQ(two->tokens, one->tokens);
    for (size_t lane = 0; lane < one->lanes.size(); ++lane)
      EXPECT_EQ(two->lanes[lane].attention, one->lanes[lane].attention) << experiment.task;
  }
}

TEST(LiveTexts, ALaneBranchesOffAndCatchesUp) {
  LiveRun run(small_experiment("reverse", {"dense"}));
  advance(run, 4);
  run.apply(command::Branch{0, 0, parse_lane("local:window=1")});
  advance(run, 4);
  const auto s = run.snapshot();
  ASSERT_EQ(s->lanes.size(), 2u);
  EXPECT_EQ(s->lanes[1].steps, 4);
  EXPECT_FALSE(s->lanes[1].cross.empty());
}

TEST(LiveTexts, TextsAreTestedAsTheyAreLearnt) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : small_runs(folder)) {
    LiveRun run(experiment);
    advance(run, 10);
    const auto s = run.snapshot();
    ASSERT_EQ(s->lanes[0].test_loss.step.size(), 1u) << experiment.task;
    EXPECT_GT(s->lanes[0].last_test_loss, 0);
    EXPECT_GT(s->test_pictures, 0);
  }
}

TEST(LiveTexts, OneLetterIsATextThatIsReadAndExplained) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : small_runs(folder)) {
    LiveRun run(experiment);
    run.apply(command::Explain{0});
    run.apply(command::SetProbeText{experiment.task == "sentences" ? "我" : "1"});
    advance(run, 1);
    SnapshotPtr snapshot;
    do snapshot = run.snapshot();
    while (run.finding_out());
    EXPECT_EQ(snapshot->explanation.lane, 0) << experiment.task;
    const Explanation& e = snapshot->explanation.explanation;
    EXPECT_EQ(e.ways[kIntegratedGradients].relevance.size() + e.first, snapshot->tokens.size());
  }
}

TEST(LiveTexts, StoppingEarlyHoldsTextsOut) {
  Experiment e = small_experiment("reverse", {"local:window=1"});
  e.optimiser.learning_rate = 0;  // nothing gets better
  e.early_stopping = {.patience = 1, .held_out = 0.1f, .every = 2};
  LiveRun run(e);
  advance(run, 8);
  const auto s = run.snapshot();
  EXPECT_GT(s->lanes[0].stopped_step, 0);
  EXPECT_NE(s->event.find("Local ±1 stopped early"), std::string::npos) << s->event;
}

TEST(LiveTexts, WhatIsOfPicturesAloneIsSaidInASentence) {
  LiveRun run(small_experiment("sentences", {"dense"}));
  Experiment guided = small_experiment("sentences", {"dense"});
  guided.guidance.target = "objects";
  EXPECT_NE(message_of<Error>([&] { run.apply(command::SetExperiment{guided}); }).find("in pictures only"),
            std::string::npos);
  EXPECT_NE(message_of<Error>([&] {
              run.apply(command::SetProbePicture{{1, 2, 3}, "coat"});
            }).find("learns texts"),
            std::string::npos);
  run.apply(command::ShowStep{0});
  const auto s = run.snapshot();
  ASSERT_TRUE(s->opened.at(0));
  EXPECT_FALSE(s->opened[0]->tokens.empty()) << "steps on texts are opened up too";
  LiveRun pictures(small_experiment("shapes", {"dense"}));
  EXPECT_NE(message_of<Error>([&] { pictures.apply(command::SetProbeText{"word"}); }).find("learns pictures"),
            std::string::npos);
}

TEST(LiveTexts, AnotherKindOfTaskHasItsOwnUsualLanes) {
  Experiment e = usual_experiment("dates");
  EXPECT_EQ(e.lanes.size(), 2u);
  e.model.width = 32;
  change_task(e, "sort");  // the same kind: what was chosen stays
  e.lanes.resize(1);
  change_task(e, "copy");
  EXPECT_EQ(e.lanes.size(), 1u);
  e.guidance.target = "objects";
  e.data_dir = "somewhere";
  change_task(e, "write-king-james");
  EXPECT_EQ(e, [] {
    Experiment usual = usual_experiment("write-king-james");
    usual.model.width = 32;
    return usual;
  }());
  EXPECT_EQ(usual_experiment("fashion-mnist"), Experiment{});
  EXPECT_THROW(usual_experiment("chess"), Error);
}

}  // namespace
}  // namespace lab
