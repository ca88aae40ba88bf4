// What a lane has of its own: in files, in words and in titles; that it trains by it as if the whole run did; and that
// another optimiser begins with nothing remembered.

#include "core/train/own_settings.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/history/run_file.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/train/small_data.h"

namespace lab {
namespace {

Experiment small_experiment() {
  Experiment e;
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 32, .patch = 2};
  e.lanes = {parse_lane("dense"), parse_lane("dense")};
  e.batch = 16;
  e.optimiser.learning_rate = 3e-3f;
  return e;
}

// One thing of its own each, other than the experiment says.
const char* const kOwn[] = {"optimiser=sgd",
                            "learning_rate=0.02",
                            "weight_decay=0.3",
                            "clip_norm=0.05",
                            "dropout=0.25",
                            "momentum=0.5",
                            "attention_dropout=0.2",
                            "attention_l2=1.5",
                            "attention_entropy=-0.5",
                            "label_smoothing=0.1",
                            "optimiser=adamw,weight_decay=0.2,dropout=0.1",
                            "optimiser=sgd,learning_rate=0.05,momentum=0.2"};

Lane owning(const char* own) { return parse_lane(std::string("dense:") + own); }

TEST(OwnSettings, AreWrittenAndReadAsTextAndInFiles) {
  for (const char* own : kOwn) {
    const std::string written = std::string("local:window=1,score=cosine,") + own + "+dense:heads=2";
    Experiment e;
    e.lanes = {parse_lane(written), Lane{}};
    EXPECT_EQ(parse_lane(text(e.lanes[0])), e.lanes[0]) << own;
    EXPECT_NE(e.lanes[0].own, OwnSettings{}) << own;
    EXPECT_EQ(e.lanes[0].exceptions.size(), 1u) << own;
    EXPECT_EQ(from_json(to_json(e), "test"), e) << own;
  }
  EXPECT_EQ(text(parse_lane("dense:dropout=0.1,clip_norm=1e30")), "dense:clip_norm=1e30,dropout=0.1");
  for (const char* bad : {"dense:dropout=", "dense:dropout=much", "dense:dropout=0.1x", "dense:optimiser=rmsprop",
                          "dense:dropout=0.1,dropout=0.1", "dense+dense:heads=1,dropout=0.1", "dropout=0.1"})
    EXPECT_NE(message_of<Error>([&] { parse_lane(bad); }), "") << bad;
}

TEST(OwnSettings, AreWhereAWantedExperimentDiffers) {
  for (const char* own : kOwn) {
    const OwnSettings mine = owning(own).own;
    EXPECT_EQ(own_settings(Experiment{}, with_own(Experiment{}, mine)), mine) << own;
  }
  Experiment elsewhere;
  elsewhere.batch = 8;
  EXPECT_EQ(own_settings(Experiment{}, elsewhere), OwnSettings{});
}

TEST(OwnSettings, StandInTheTitle) {
  EXPECT_EQ(lane_title(parse_lane("local:window=1,dropout=0.1,learning_rate=0.01")),
            "Local 3×3, rate 0.01, dropout 0.1");
  EXPECT_EQ(lane_title(parse_lane("dense:optimiser=sgd,momentum=0.5")), "Dense, SGD, momentum 0.5");
}

TEST(OwnSettings, OutOfRangeAreRefused) {
  for (const char* bad : {"learning_rate=-1", "dropout=2", "dropout=nan", "momentum=1", "attention_l2=-1",
                          "label_smoothing=1", "clip_norm=-1", "weight_decay=inf"}) {
    Experiment e;
    e.lanes[1] = owning(bad);
    EXPECT_NE(message_of<Error>([&] { validate(e); }), "") << bad;
  }
}

TEST(OwnSettings, OnlyAnotherOptimiserNeedsARestart) {
  for (const char* own : kOwn) {
    Experiment e;
    e.lanes[0] = owning(own);
    EXPECT_EQ(needs_restart(Experiment{}, e), e.lanes[0].own.optimiser.has_value()) << own;
  }
  Experiment same, shared;
  same.lanes[0].own.optimiser = shared.optimiser.kind;
  EXPECT_FALSE(needs_restart(shared, same));
  shared.optimiser.kind = "sgd";
  EXPECT_TRUE(needs_restart(same, shared));  // the other lanes'
}

// The same lane once beside one that has nothing of its own, and once where all lanes train so.
TEST(OwnSettings, TrainAsIfTheWholeRunDidSo) {
  for (const char* own : kOwn) {
    SCOPED_TRACE(own);
    Experiment alone = small_experiment(), shared = with_own(small_experiment(), owning(own).own);
    alone.lanes[1] = owning(own);
    Trainer mixed(alone, small_data()), all(shared, small_data()), none(small_experiment(), small_data());
    for (int step = 0; step < 5; ++step) mixed.step(), all.step(), none.step();
    EXPECT_EQ(mixed.learned(1), all.learned(1));
    EXPECT_EQ(mixed.learned(0), none.learned(0));
    EXPECT_EQ(mixed.terms(1).penalty, all.terms(1).penalty);
    const bool other = std::string_view(own) != "momentum=0.5";  // of SGD alone
    EXPECT_EQ(mixed.learned(1).values != mixed.learned(0).values, other);
  }
}

TEST(OwnSettings, MayComeAndGoInFlight) {
  Trainer trainer(small_experiment(), small_data());
  trainer.step();
  Experiment changed = trainer.experiment();
  changed.lanes[1].own = owning("dropout=0.3,attention_dropout=0.2,attention_entropy=0.5").own;
  trainer.change(changed);
  EXPECT_TRUE(trainer.penalised(1));
  EXPECT_FALSE(trainer.penalised(0));
  trainer.step();
  EXPECT_FALSE(trainer.dropped(1).empty());
  EXPECT_TRUE(trainer.dropped(0).empty());
  changed.lanes[1].own = {};
  trainer.change(changed);
  trainer.step();
  EXPECT_TRUE(trainer.dropped(1).empty());
  changed.lanes[1].own.optimiser = "sgd";
  EXPECT_THROW(trainer.change(changed), Error);
}

TEST(OwnSettings, AnotherOptimiserBeginsWithNothingRemembered) {
  Experiment e = small_experiment();
  e.optimiser.kind = "sgd";
  e.lanes.pop_back();
  Trainer run(e, small_data());
  for (int step = 0; step < 8; ++step) run.step();
  const LearnedLane then = run.learned(0);
  run.branch(0, then, owning("optimiser=adam,learning_rate=0.001"));
  const LearnedLane begun = run.learned(1);
  EXPECT_EQ(begun.values, then.values);
  EXPECT_EQ(begun.first, std::vector<float>(begun.values.size()));
  EXPECT_EQ(begun.optimiser_began, 8);
  run.step();  // the first of Adam's goes as far as the rate, whatever the size of the gradient
  const LearnedLane after = run.learned(1);
  int whole = 0;
  for (size_t i = 0; i < after.values.size(); ++i) {
    const float moved = std::abs(after.values[i] - begun.values[i]);
    ASSERT_TRUE(moved <= 0.00101f) << i;
    whole += moved > 0.00099f;
  }
  EXPECT_GT(whole, static_cast<int>(after.values.size()) / 2);
}

TEST(OwnSettings, SavedStoppedAndGoneOnWithIsAsNeverStopped) {
  const TemporaryFolder folder;
  Trainer run(small_experiment(), small_data());
  std::vector<LaneRecord> records(3);
  const auto train = [&](Trainer& trainer) {
    for (int step = 0; step < 6; ++step) trainer.step();
  };
  train(run);
  run.branch(0, run.learned(0), owning("optimiser=sgd,learning_rate=0.05,dropout=0.1,attention_l2=0.5"));
  train(run);
  save_run(folder.path("run"), run, records);
  const RunFile file = RunFile::load(folder.path("run"));
  Trainer again(file.experiment(), small_data());
  file.resume(again);
  EXPECT_EQ(again.state(), run.state());
  EXPECT_EQ(again.learned(2).optimiser_began, 6);
  train(run), train(again);
  EXPECT_EQ(again.state(), run.state());
}

}  // namespace
}  // namespace lab
