// The trainer thread, driven the way the window drives it.

#include "core/live/session.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "core/base/rng.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

using namespace std::chrono_literals;

Experiment quick() {
  Experiment e;
  e.task = "shapes";
  e.model = {.width = 16, .heads = 2, .layers = 1, .mlp = 32, .patch = 7, .dropout = 0};
  e.batch = 8;
  return e;
}

// Waits until the latest snapshot satisfies the condition; the snapshot, or null after ten seconds.
template <class Condition>
SnapshotPtr wait_for(const Session& session, const Condition& condition) {
  for (int i = 0; i < 2000; ++i) {
    const SnapshotPtr now = session.latest();
    if (condition(*now)) return now;
    std::this_thread::sleep_for(5ms);
  }
  return nullptr;
}

bool paused(const Snapshot& s) { return s.phase == Phase::kPaused; }

TEST(Session, LoadsThenWaitsPaused) {
  std::atomic<int> published{0};
  Session session(quick(), [&] { ++published; });
  ASSERT_NE(session.latest(), nullptr);
  const SnapshotPtr ready = wait_for(session, paused);
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->step, 0);
  EXPECT_EQ(ready->lanes.size(), 3u);
  EXPECT_GE(published, 1);
}

TEST(Session, StepsOneBatchAtATime) {
  Session session(quick());
  for (int step = 1; step <= 3; ++step) {
    session.send(command::StepBatch{});
    const SnapshotPtr after = wait_for(session, [&](const Snapshot& s) { return s.step == step; });
    ASSERT_TRUE(after);
    EXPECT_EQ(after->phase, Phase::kPaused);
    EXPECT_EQ(after->lanes[0].train_loss.value.size(), static_cast<size_t>(step));
  }
}

TEST(Session, PlaysPausesAndRestartsTheSameRun) {
  Session session(quick());
  session.send(command::Play{});
  ASSERT_TRUE(wait_for(session, [](const Snapshot& s) { return s.step >= 20; }));
  session.send(command::Pause{});
  const SnapshotPtr first = wait_for(session, paused);
  ASSERT_TRUE(first);
  session.send(command::Restart{});
  ASSERT_TRUE(wait_for(session, [](const Snapshot& s) { return s.step == 0; }));
  session.send(command::Play{});
  const SnapshotPtr again = wait_for(session, [](const Snapshot& s) { return s.step >= 20; });
  ASSERT_TRUE(again);
  for (size_t lane = 0; lane < 3; ++lane)
    for (int step = 0; step < 20; ++step)
      EXPECT_EQ(again->lanes[lane].train_loss.value[step], first->lanes[lane].train_loss.value[step]);
}

TEST(Session, OldSnapshotsNeverChange) {
  Session session(quick());
  const SnapshotPtr before = wait_for(session, paused);
  ASSERT_TRUE(before);
  const std::vector<float> attention = before->lanes[0].attention;
  session.send(command::Play{});
  ASSERT_TRUE(wait_for(session, [](const Snapshot& s) { return s.step >= 30; }));
  EXPECT_EQ(before->step, 0);
  EXPECT_EQ(before->lanes[0].attention, attention);
}

TEST(Session, KeepsToTheSpeedLimit) {
  Session session(quick());
  session.send(command::SetSpeedLimit{20});
  session.send(command::Play{});
  ASSERT_TRUE(wait_for(session, [](const Snapshot& s) { return s.step >= 1; }));
  const int64_t from = session.latest()->step;
  std::this_thread::sleep_for(500ms);
  const int64_t steps = session.latest()->step - from;
  EXPECT_GE(steps, 2);
  EXPECT_LE(steps, 14);
}

TEST(Session, AFailureIsASnapshotAndARestartHeals) {
  Experiment experiment = quick();
  experiment.optimiser.kind = "sgd";
  experiment.optimiser.learning_rate = 1e30f;
  Session session(experiment);
  session.send(command::Play{});
  const SnapshotPtr failed = wait_for(session, [](const Snapshot& s) { return s.phase == Phase::kFailed; });
  ASSERT_TRUE(failed);
  EXPECT_NE(failed->message.find("learning rate"), std::string::npos) << failed->message;
  experiment.optimiser.learning_rate = 1e-3f;
  session.send(command::SetExperiment{experiment});
  session.send(command::Restart{});
  session.send(command::StepBatch{});
  const SnapshotPtr healed =
      wait_for(session, [](const Snapshot& s) { return s.phase == Phase::kPaused && s.step == 1; });
  ASSERT_TRUE(healed);
  EXPECT_EQ(healed->message, "");
}

/// A text of so many different words that its pairs take a while.
Experiment many_pairs(const TemporaryFolder& folder) {
  std::string text;
  Rng rng(3, stream::kTests);
  for (int word = 0; word < 60000; ++word) {
    for (int i = 0; i < 9; ++i) text += static_cast<char>('a' + rng.below(26));
    text += ' ';
  }
  Experiment e = small_writer(folder, {"dense"});
  e.data_dir = folder.write("words", text);
  e.tokens = "pairs";
  return e;
}

TEST(Session, ShowsPairsBeingLearntAndLeavesThemForAnotherTask) {
  const TemporaryFolder folder;
  Session* session = nullptr;
  std::atomic<double> seen = -1;
  std::atomic<bool> asked = false;
  const auto published = [&] {
    if (session == nullptr || session->latest()->learning < 0) return;
    seen = session->latest()->learning;
    EXPECT_EQ(session->latest()->phase, Phase::kLoading);
    if (!asked.exchange(true)) session->send(command::SetExperiment{small_experiment("sentences", {"dense"})});
  };
  Session running(quick(), published);
  ASSERT_TRUE(wait_for(running, paused));
  session = &running;
  running.send(command::SetExperiment{many_pairs(folder)});
  const SnapshotPtr other = wait_for(running, [](const Snapshot& s) { return s.experiment.task == "sentences"; });
  ASSERT_TRUE(other);
  EXPECT_EQ(other->message, "");
  EXPECT_GT(seen, 0);
  EXPECT_LT(seen, 0.9) << "the pairs were not learnt to the end";
}

TEST(Session, EndsWhilePairsAreLearnt) {
  const TemporaryFolder folder;
  Session session(many_pairs(folder));
  ASSERT_TRUE(wait_for(session, [](const Snapshot& s) { return s.learning > 0; }));
  EXPECT_LT(session.latest()->learning, 0.9);
}

TEST(Session, AMissingDataSetFailsWithASentence) {
  Experiment experiment = quick();
  experiment.data_dir = "no-such-folder";
  Session session(experiment);
  const SnapshotPtr failed = wait_for(session, [](const Snapshot& s) { return s.phase == Phase::kFailed; });
  ASSERT_TRUE(failed);
  EXPECT_NE(failed->message.find("no-such-folder"), std::string::npos) << failed->message;
}

TEST(Session, AnOwnPictureOfTheWrongSizeIsRefusedAndTrainingGoesOn) {
  Session session(quick());
  session.send(command::SetProbePicture{{1, 2, 3}, "tiny.png"});
  const SnapshotPtr refused = wait_for(session, [](const Snapshot& s) { return !s.message.empty(); });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->phase, Phase::kPaused);
  EXPECT_EQ(refused->probe.index, 0);
}

}  // namespace
}  // namespace lab
