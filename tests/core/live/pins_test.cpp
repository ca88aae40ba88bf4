// Pinned moments: what is shown of them is what was shown then, on any picture, whatever training does meanwhile.

#include "core/live/pins.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/live/live_run.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

Experiment small_experiment() {
  Experiment e;
  e.task = "shapes";
  e.model = {.width = 16, .heads = 2, .layers = 1, .mlp = 16, .patch = 7};
  e.lanes = {parse_lane("dense"), parse_lane("local:window=1")};
  e.batch = 8;
  return e;
}

void train(LiveRun& run, int64_t until) {
  while (run.step() < until) run.advance();
}

void expect_same_sight(const PinSnapshot& pin, const Snapshot& then) {
  EXPECT_EQ(pin.step, then.step);
  ASSERT_EQ(pin.lanes.size(), then.lanes.size());
  for (size_t lane = 0; lane < pin.lanes.size(); ++lane) {
    EXPECT_EQ(pin.lanes[lane].title, then.lanes[lane].title);
    EXPECT_EQ(pin.lanes[lane].attention, then.lanes[lane].attention);
    EXPECT_EQ(pin.lanes[lane].probabilities, then.lanes[lane].probabilities);
  }
}

TEST(Pins, ShowWhatWasShownThenOnAnyPicture) {
  LiveRun run(small_experiment());
  train(run, 6);
  const auto then = run.snapshot();
  run.apply(command::Pin{});
  run.apply(command::SetHistoryBudget{0});  // the pin needs no history
  train(run, 12);
  run.apply(command::SetProbe{4});
  const auto other_picture = run.snapshot();
  ASSERT_EQ(other_picture->pins.size(), 1u);
  EXPECT_NE(other_picture->pins[0]->lanes[0].attention, then->lanes[0].attention);
  EXPECT_NE(other_picture->pins[0]->lanes[0].attention, other_picture->lanes[0].attention);
  run.apply(command::SetProbe{0});
  expect_same_sight(*run.snapshot()->pins[0], *then);
  EXPECT_EQ(run.snapshot()->pins[0], run.snapshot()->pins[0]);  // read once
}

TEST(Pins, OfTheHistoryStandInOrderAndGoOneByOne) {
  LiveRun run(small_experiment());
  run.apply(command::SetHistoryBudget{History::kUsualBudget, 1e9});
  train(run, 20);
  for (const int64_t step : {9, 3, 9, 15}) run.apply(command::Pin{step});
  const auto steps = [&] {
    std::vector<int64_t> all;
    const auto now = run.snapshot();
    for (const auto& pin : now->pins) all.push_back(pin->step);
    return all;
  };
  EXPECT_EQ(steps(), (std::vector<int64_t>{3, 9, 15}));
  run.apply(command::Pin{12});
  EXPECT_THROW(run.apply(command::Pin{13}), Error);  // four are enough
  run.apply(command::Unpin{9});
  EXPECT_EQ(steps(), (std::vector<int64_t>{3, 12, 15}));
  run.apply(command::GoBack{8});
  EXPECT_EQ(steps(), (std::vector<int64_t>{3, 12, 15}));  // the same lanes: what was abandoned can still be seen
  run.apply(command::Restart{});
  EXPECT_TRUE(steps().empty());
  run.apply(command::SetHistoryBudget{0});
  EXPECT_THROW(run.apply(command::Pin{2}), Error);
}

TEST(Pins, GoWithTheLanesTheyAreOf) {
  LiveRun run(small_experiment());
  run.apply(command::SetHistoryBudget{History::kUsualBudget, 1e9});
  train(run, 16);
  run.apply(command::Branch{8, 0, parse_lane("block:block=2")});
  train(run, 18);
  run.apply(command::Pin{4});
  run.apply(command::Pin{});
  EXPECT_EQ(run.snapshot()->pins[1]->lanes.size(), 3u);
  run.apply(command::GoBack{4});  // before the branch
  ASSERT_EQ(run.snapshot()->pins.size(), 1u);
  EXPECT_EQ(run.snapshot()->pins[0]->step, 4);
}

TEST(Pins, TrainingDoesNotNoticeThem) {
  LiveRun pinned(small_experiment()), plain(small_experiment());
  for (int step = 1; step <= 10; ++step) {
    pinned.advance(), plain.advance();
    if (step % 4 == 0) pinned.apply(command::Pin{});
    pinned.apply(command::SetProbe{step});
    pinned.snapshot();
  }
  pinned.apply(command::SetProbe{0});
  for (size_t lane = 0; lane < 2; ++lane) {
    EXPECT_EQ(pinned.snapshot()->lanes[lane].attention, plain.snapshot()->lanes[lane].attention);
    EXPECT_EQ(pinned.snapshot()->lanes[lane].train_loss.value, plain.snapshot()->lanes[lane].train_loss.value);
  }
}

TEST(OpenedRun, BringsTheViewItWasSavedWith) {
  const TemporaryFolder folder;
  LiveRun run(small_experiment());
  EXPECT_EQ(run.snapshot()->opened_view.runs, 0);
  const std::string view = "{\"page\":\"Lanes\", \"of no meaning here\": [1, 2]}";
  run.apply(command::SaveRun{folder.path("seen"), view});
  run.apply(command::SaveRun{folder.path("unseen")});
  run.apply(command::OpenRun{folder.path("seen")});
  EXPECT_EQ(run.snapshot()->opened_view.runs, 1);
  EXPECT_EQ(run.snapshot()->opened_view.text, view);
  run.apply(command::OpenRun{folder.path("unseen")});
  EXPECT_EQ(run.snapshot()->opened_view.runs, 2);
  EXPECT_EQ(run.snapshot()->opened_view.text, "");
}

}  // namespace
}  // namespace lab
