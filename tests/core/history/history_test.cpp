// What a run remembers of itself: which moments, within which budget, and that they are of then.

#include "core/history/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "core/base/error.h"
#include "core/live/live_run.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

Moment moment(const History& history, int64_t step, size_t numbers) {
  auto lane = std::make_shared<LaneMoment>();
  lane->learned.values.assign(numbers, static_cast<float>(step));
  if (history.checkpoint_due(step)) {
    lane->learned.first = lane->learned.second = lane->learned.values;
    lane->record.emplace();
  }
  return {step, std::make_shared<const Experiment>(), {lane}};
}

void record(History& history, int64_t steps, size_t numbers) {
  for (int64_t step = 0; step <= steps; ++step)
    if (history.due(step)) history.add(moment(history, step, numbers));
}

int64_t bytes_of_all(const History& history) {
  int64_t total = 0;
  for (const Moment& moment : history.moments()) total += static_cast<int64_t>(moment.bytes());
  return total;
}

TEST(History, RemembersEveryStepAtFirstAndAsManyInEachDoublingAfter) {
  History history;
  record(history, 4096, 10);
  EXPECT_EQ(history.at_or_before(200)->step, 200);
  int64_t last = -1;
  for (const Moment& moment : history.moments()) {
    EXPECT_GT(moment.step, last);
    if (moment.step < 2 * History::kMostADoubling) {
      EXPECT_EQ(moment.step, last + 1);
    }
    last = moment.step;
  }
  const auto between = [&](int64_t from, int64_t to) {
    return std::count_if(history.moments().begin(), history.moments().end(),
                         [&](const Moment& m) { return m.step > from && m.step <= to; });
  };
  for (int64_t step = 256; step < 4096; step *= 2) EXPECT_EQ(between(step, 2 * step), History::kMostADoubling);
  EXPECT_EQ(history.bytes(), bytes_of_all(history));
}

TEST(History, StaysWithinItsBudgetAndKeepsTheWholeCourse) {
  const int64_t everything = [] {
    History history;
    record(history, 3000, 1000);
    return history.bytes();
  }();
  for (const int64_t budget : {everything / 2, everything / 7, everything / 40}) {
    History history(budget);
    record(history, 3000, 1000);
    EXPECT_LE(history.bytes(), budget);
    EXPECT_GT(history.bytes(), budget / 4);
    EXPECT_EQ(history.bytes(), bytes_of_all(history));
    EXPECT_EQ(history.moments().front().step, 0);
    EXPECT_GE(history.moments().back().step, 2048);
    EXPECT_TRUE(history.moments().front().checkpoint());
    for (const Moment& moment : history.moments()) {
      EXPECT_EQ(moment.checkpoint(), history.checkpoint_due(moment.step));
      EXPECT_EQ(moment.lanes[0]->learned.values[0], static_cast<float>(moment.step));
    }
  }
}

TEST(History, ABudgetBelowOneMomentRemembersNothing) {
  History history(100);
  record(history, 50, 1000);
  EXPECT_TRUE(history.moments().empty());
  EXPECT_EQ(history.bytes(), 0);
  EXPECT_EQ(history.at_or_before(20), nullptr);
  EXPECT_EQ(history.checkpoint_at_or_before(20), nullptr);
}

TEST(History, FindsAndForgets) {
  History history;
  EXPECT_EQ(history.at_or_before(0), nullptr);
  record(history, 1000, 10);
  EXPECT_EQ(history.at_or_before(999)->step, 996);
  EXPECT_EQ(history.checkpoint_at_or_before(999)->step, 992);
  EXPECT_EQ(history.checkpoint_at_or_before(7)->step, 0);
  history.forget_after(500);
  EXPECT_EQ(history.moments().back().step, 500);
  EXPECT_EQ(history.bytes(), bytes_of_all(history));
  history.set_budget(0);
  EXPECT_TRUE(history.moments().empty());
  EXPECT_FALSE(history.due(0));
}

// ---- in a live run

Experiment small_experiment() {
  Experiment e;
  e.task = "shapes";
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 16, .patch = 7, .dropout = 0.1f};
  e.lanes = {parse_lane("dense"), parse_lane("local:window=1,score=cosine")};
  e.batch = 8;
  return e;
}

/// Remembers every moment that is due, however long that takes on a busy machine.
struct RememberingRun : LiveRun {
  explicit RememberingRun(const Experiment& experiment) : LiveRun(experiment) {
    apply(command::SetHistoryBudget{History::kUsualBudget, 1e9});
  }
};

void train(LiveRun& run, int64_t until) {
  while (run.step() < until) run.advance();
}

/// All of a snapshot that follows from the weights.
void expect_same_sight(const Snapshot& a, const Snapshot& b) {
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.epoch, b.epoch);
  ASSERT_EQ(a.lanes.size(), b.lanes.size());
  for (size_t lane = 0; lane < a.lanes.size(); ++lane) {
    EXPECT_EQ(a.lanes[lane].attention, b.lanes[lane].attention);
    EXPECT_EQ(a.lanes[lane].probabilities, b.lanes[lane].probabilities);
    EXPECT_EQ(a.lanes[lane].figures, b.lanes[lane].figures);
    EXPECT_EQ(a.lanes[lane].last_train_loss, b.lanes[lane].last_train_loss);
    EXPECT_EQ(a.lanes[lane].last_test_loss, b.lanes[lane].last_test_loss);
    EXPECT_EQ(a.lanes[lane].last_test_accuracy, b.lanes[lane].last_test_accuracy);
  }
}

TEST(LookingBack, ShowsWhatWasShownThenOnAnyPicture) {
  RememberingRun run(small_experiment());
  run.apply(command::SetProbe{3});
  train(run, 27);
  const auto then = run.snapshot();
  EXPECT_FALSE(then->history.past);
  train(run, 60);
  const auto now = run.snapshot();
  run.apply(command::LookBack{27});
  const auto past = run.snapshot();
  EXPECT_TRUE(past->history.past);
  EXPECT_EQ(past->history.live_step, 60);
  expect_same_sight(*past, *then);
  run.apply(command::SetProbe{5});
  EXPECT_NE(run.snapshot()->lanes[0].attention, then->lanes[0].attention);
  run.apply(command::SetProbe{3});
  run.apply(command::LookBack{});
  expect_same_sight(*run.snapshot(), *now);
}

TEST(LookingBack, LeavesTrainingAsItIs) {
  RememberingRun looked(small_experiment()), left(small_experiment());
  left.apply(command::SetHistoryBudget{0});
  for (int64_t step = 1; step <= 40; ++step) {
    looked.advance(), left.advance();
    looked.apply(command::LookBack{step / 2});
    EXPECT_EQ(looked.snapshot()->step, step / 2);
  }
  EXPECT_TRUE(left.snapshot()->history.marks.empty());
  looked.apply(command::LookBack{});
  expect_same_sight(*looked.snapshot(), *left.snapshot());
  EXPECT_EQ(looked.snapshot()->lanes[1].train_loss.value, left.snapshot()->lanes[1].train_loss.value);
}

TEST(GoingBack, AndGoingOnUnchangedIsTheSameRunAgain) {
  RememberingRun run(small_experiment());
  train(run, 45);
  const auto first = run.snapshot();
  run.apply(command::GoBack{21});
  EXPECT_EQ(run.step(), 16);  // the checkpoint before
  const auto back = run.snapshot();
  EXPECT_EQ(back->history.marks.back().step, 16);
  EXPECT_EQ(back->lanes[0].train_loss.value.size(), 16u);
  EXPECT_EQ(back->lanes[0].abandoned[0].value.size(), 45u);
  train(run, 45);
  const auto again = run.snapshot();
  expect_same_sight(*again, *first);
  for (int lane = 0; lane < 2; ++lane) {
    EXPECT_EQ(again->lanes[lane].train_loss.value, first->lanes[lane].train_loss.value);
    EXPECT_EQ(again->lanes[lane].test_accuracy.value, first->lanes[lane].test_accuracy.value);
  }
  run.apply(command::GoBack{16});
  Experiment changed = small_experiment();
  changed.optimiser.learning_rate *= 3;
  run.apply(command::SetExperiment{changed});
  train(run, 45);
  EXPECT_NE(run.snapshot()->lanes[0].train_loss.value, first->lanes[0].train_loss.value);
  EXPECT_EQ(run.snapshot()->lanes[0].abandoned[0].value, first->lanes[0].train_loss.value);
}

TEST(Branching, UnchangedBecomesTheLaneItCameFrom) {
  RememberingRun run(small_experiment());
  train(run, 30);
  run.apply(command::Branch{.step = 20, .lane = 1, .spending = run.snapshot()->experiment.lanes[1]});
  auto now = run.snapshot();
  EXPECT_EQ(now->lanes.size(), 3u);
  EXPECT_EQ(now->lanes[2].train_loss.value.size(), 16u);
  for (int step = 16; step < 30; ++step) run.advance();
  EXPECT_EQ(run.step(), 30);  // the others waited
  now = run.snapshot();
  EXPECT_EQ(now->lanes[2].attention, now->lanes[1].attention);
  EXPECT_EQ(now->lanes[2].train_loss.value, now->lanes[1].train_loss.value);
  train(run, 50);
  now = run.snapshot();
  EXPECT_EQ(now->lanes[2].attention, now->lanes[1].attention);
  EXPECT_EQ(now->lanes[2].test_accuracy.value, now->lanes[1].test_accuracy.value);

  run.apply(command::LookBack{25});  // while it caught up
  EXPECT_EQ(run.snapshot()->lanes.size(), 3u);
  run.apply(command::LookBack{16});  // where it began
  EXPECT_EQ(run.snapshot()->lanes[2].attention, run.snapshot()->lanes[1].attention);
  run.apply(command::LookBack{10});
  EXPECT_EQ(run.snapshot()->lanes.size(), 2u);
  EXPECT_EQ(run.snapshot()->experiment.lanes.size(), 2u);
  run.apply(command::GoBack{10});
  EXPECT_EQ(run.snapshot()->lanes.size(), 2u);
  train(run, 30);
}

TEST(Branching, ByAnotherAttentionForks) {
  RememberingRun run(small_experiment());
  train(run, 20);
  run.apply(command::Branch{.step = 16, .lane = 0, .spending = parse_lane("block:block=2,score=general")});
  train(run, 40);
  const auto now = run.snapshot();
  const Curve &from = now->lanes[0].train_loss, &branch = now->lanes[2].train_loss;
  EXPECT_TRUE(std::equal(from.value.begin(), from.value.begin() + 16, branch.value.begin()));
  EXPECT_NE(from.value.back(), branch.value.back());
  run.apply(command::Branch{.step = 20, .lane = 2, .spending = parse_lane("dense")});
  train(run, 41);
  const std::string said = message_of<Error>([&] { run.apply(command::Branch{20, 0, {}}); });
  EXPECT_NE(said, "");
  EXPECT_EQ(run.snapshot()->lanes.size(), 4u);
}

TEST(Branching, WithItsOwnLearningRateForksAndIsRememberedWithIt) {
  const TemporaryFolder folder;
  RememberingRun run(small_experiment());
  train(run, 24);
  Lane same = small_experiment().lanes[0], faster = same, decayed = same;
  same.own.learning_rate = small_experiment().optimiser.learning_rate;
  faster.own.learning_rate = 1e-2f;
  decayed.own.weight_decay = 0.3f;
  run.apply(command::GoBack{8});
  for (const Lane& lane : {same, faster}) run.apply(command::Branch{8, 0, lane});
  train(run, 24);
  const auto forked = run.snapshot();
  EXPECT_EQ(forked->lanes[2].attention, forked->lanes[0].attention);  // its own is the same
  EXPECT_NE(forked->lanes[3].attention, forked->lanes[0].attention);
  EXPECT_EQ(forked->lanes[3].lane.own.learning_rate, 1e-2f);
  run.apply(command::SaveRun{folder.path("run")});
  train(run, 30);
  RememberingRun opened(small_experiment());
  opened.apply(command::OpenRun{folder.path("run")});
  train(opened, 30);
  expect_same_sight(*opened.snapshot(), *run.snapshot());
  Experiment other = opened.snapshot()->experiment;  // in flight
  other.lanes[3].own.learning_rate.reset();
  other.lanes[2].own.weight_decay = decayed.own.weight_decay;
  opened.apply(command::SetExperiment{other});
  EXPECT_EQ(opened.step(), 30);
  opened.advance(), run.advance();
  EXPECT_EQ(opened.snapshot()->lanes[0].attention, run.snapshot()->lanes[0].attention);
  EXPECT_NE(opened.snapshot()->lanes[2].attention, run.snapshot()->lanes[2].attention);
  EXPECT_NE(opened.snapshot()->lanes[3].attention, run.snapshot()->lanes[3].attention);
}

TEST(LiveRun, RefusesARunWhoseHistoryIsDamaged) {
  const TemporaryFolder folder;
  RememberingRun run(small_experiment());
  train(run, 10);
  run.apply(command::SaveRun{folder.path("run")});
  std::ifstream in(folder.path("run"), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  const auto before = run.snapshot();
  const struct {
    const char *from, *to, *said;
  } edits[] = {
      {"\\\"moments\\\"", "\\\"maments\\\"", "as it should be"},
      {"\\\"experiment\\\":0", "\\\"experiment\\\":7", "not there"},
      {"history.8.1.second", "history.9.1.second", "history.8.1.second"},
      {"{\\\"step\\\":9", "{\\\"step\\\":1", "damaged"},
  };
  for (const auto& edit : edits) {
    const size_t at = whole.find(edit.from);
    ASSERT_NE(at, std::string::npos) << edit.from;
    const std::string path = folder.write("bad", std::string(whole).replace(at, std::strlen(edit.from), edit.to));
    const std::string said = message_of<Error>([&] { run.apply(command::OpenRun{path}); });
    EXPECT_NE(said.find(edit.said), std::string::npos) << edit.from << ": " << said;
    expect_same_sight(*run.snapshot(), *before);
  }
}

// Lanes that stop at different steps; enough steps that all do.
void train_to_the_end(LiveRun& run) {
  for (int step = 0; step < 150; ++step) run.advance();
}

TEST(LiveRun, CheckpointsOfASavedRunCarryTheBestWeightsOfEarlyStopping) {
  const TemporaryFolder folder;
  Experiment e = small_experiment();
  e.early_stopping = {.patience = 1, .held_out = 0.2f, .every = 5};
  e.optimiser.learning_rate = 0.05f;  // so that it soon gets worse
  RememberingRun run(e);
  train_to_the_end(run);
  const auto straight = run.snapshot();
  int64_t best = run.step();
  for (const LaneSnapshot& lane : straight->lanes) {
    ASSERT_GT(lane.stopped_step, 8);
    best = std::min(best, lane.best_step);
  }
  run.apply(command::SaveRun{folder.path("run")});
  RememberingRun opened(small_experiment());
  opened.apply(command::OpenRun{folder.path("run")});
  expect_same_sight(*opened.snapshot(), *straight);
  opened.apply(command::GoBack{best + 4});  // where some best is known already, and lies before the checkpoint
  ASSERT_GT(opened.snapshot()->lanes[0].best_step + opened.snapshot()->lanes[1].best_step, 0);
  train_to_the_end(opened);
  expect_same_sight(*opened.snapshot(), *straight);
  for (int lane : {0, 1}) {
    EXPECT_EQ(opened.snapshot()->lanes[lane].best_step, straight->lanes[lane].best_step);
    EXPECT_EQ(opened.snapshot()->lanes[lane].stopped_step, straight->lanes[lane].stopped_step);
    EXPECT_EQ(opened.trainer().stopping(lane).best, run.trainer().stopping(lane).best);
  }
}

TEST(LiveRun, SavesAndOpensWithoutAJump) {
  const TemporaryFolder folder;
  RememberingRun run(small_experiment());
  train(run, 30);
  run.apply(command::SaveRun{folder.path("run")});
  EXPECT_NE(run.snapshot()->message.find("run"), std::string::npos);
  train(run, 55);
  const auto straight = run.snapshot();
  Experiment other = small_experiment();
  other.seed = 99;
  RememberingRun opened(other);
  train(opened, 3);
  const auto before = opened.snapshot();
  EXPECT_NE(message_of<Error>([&] { opened.apply(command::OpenRun{folder.path("none")}); }), "");
  expect_same_sight(*opened.snapshot(), *before);
  run.apply(command::LookBack{17});
  const auto then = run.snapshot();
  opened.apply(command::OpenRun{folder.path("run")});
  EXPECT_EQ(opened.step(), 30);
  EXPECT_EQ(opened.snapshot()->history.marks.size(), 31u);
  opened.apply(command::LookBack{17});
  const auto opened_then = opened.snapshot();
  ASSERT_TRUE(opened_then->history.past);
  expect_same_sight(*opened_then, *then);
  train(opened, 55);
  opened.apply(command::LookBack{});
  expect_same_sight(*opened.snapshot(), *straight);
  EXPECT_EQ(opened.snapshot()->lanes[0].train_loss.value, straight->lanes[0].train_loss.value);
  opened.apply(command::GoBack{10});
  EXPECT_EQ(opened.step(), 8);
  train(opened, 55);
  expect_same_sight(*opened.snapshot(), *straight);
}

}  // namespace
}  // namespace lab
