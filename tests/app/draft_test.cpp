// The draft: what goes to the trainer at once, and what waits for a restart.

#include "app/panels/setup/draft.h"

#include <gtest/gtest.h>

#include "app/panels/files/open_picture.h"
#include "core/base/error.h"
#include "tests/app/sample_snapshot.h"

namespace lab::testing {
namespace {

struct Desk {
  Snapshot snapshot = sample_snapshot();
  Draft draft;
  Commands commands;
  Desk() { draft.follow(snapshot); }
  Experiment sent() const { return std::get<command::SetExperiment>(commands.waiting().back()).experiment; }
  /// The trainer carried out what was sent.
  void arrive() {
    snapshot.experiment = sent();
    draft.follow(snapshot);
  }
};

void faster(Experiment& experiment) { experiment.optimiser.learning_rate = 0.01f; }
void wider(Experiment& experiment) { experiment.model.width = 128; }

TEST(Draft, InFlightChangesGoAtOnce) {
  Desk desk;
  desk.draft.edit(faster, desk.commands);
  EXPECT_EQ(desk.sent().optimiser.learning_rate, 0.01f);
  EXPECT_FALSE(desk.draft.waits());
  desk.arrive();
  EXPECT_FALSE(desk.draft.waits());
  EXPECT_EQ(desk.draft.wanted(), desk.snapshot.experiment);
}

TEST(Draft, ChangesThatRestartWaitUntilAskedFor) {
  Desk desk;
  desk.draft.edit(wider, desk.commands);
  EXPECT_TRUE(desk.commands.waiting().empty());
  EXPECT_TRUE(desk.draft.waits());
  desk.draft.restart(desk.commands);
  EXPECT_EQ(desk.sent().model.width, 128);
  EXPECT_FALSE(desk.draft.waits());
}

TEST(Draft, AnInFlightChangeDoesNotTakeWaitingOnesAlong) {
  Desk desk;
  desk.draft.edit(wider, desk.commands);
  desk.draft.edit(faster, desk.commands);
  EXPECT_EQ(desk.sent().model.width, 64);
  EXPECT_EQ(desk.sent().optimiser.learning_rate, 0.01f);
  desk.arrive();
  EXPECT_TRUE(desk.draft.waits());
  EXPECT_EQ(desk.draft.wanted().model.width, 128);
  desk.draft.discard();
  EXPECT_EQ(desk.draft.wanted(), desk.snapshot.experiment);
}

TEST(Draft, FastEditsAreNotUndoneByOlderSnapshots) {
  Desk desk;
  desk.draft.edit(faster, desk.commands);
  const Experiment first = desk.sent();
  desk.draft.edit([](Experiment& experiment) { experiment.optimiser.learning_rate = 0.02f; }, desk.commands);
  desk.snapshot.experiment = first;
  desk.draft.follow(desk.snapshot);
  EXPECT_EQ(desk.draft.wanted().optimiser.learning_rate, 0.02f);
}

TEST(Draft, ARefusedExperimentWaitsAgain) {
  Desk desk;
  desk.draft.edit(wider, desk.commands);
  desk.draft.restart(desk.commands);
  desk.snapshot.message = "There is not enough memory.";
  desk.draft.follow(desk.snapshot);
  EXPECT_TRUE(desk.draft.waits());
}

TEST(OpenPicture, SaysWhyItCannot) {
  Desk desk;
  EXPECT_THROW(look_at_picture("/nowhere/coat.png", desk.snapshot, desk.commands), Error);
  desk.snapshot.data = nullptr;
  EXPECT_THROW(look_at_picture("/nowhere/coat.png", desk.snapshot, desk.commands), Error);
  EXPECT_TRUE(desk.commands.waiting().empty());
}

}  // namespace
}  // namespace lab::testing
