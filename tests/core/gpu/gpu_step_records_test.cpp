// A training step opened up on the GPU: every stage that the CPU's has, with the same numbers.

#include <gtest/gtest.h>

#include <cmath>

#include "core/inspect/step_stages.h"
#include "core/train/trainer.h"
#include "tests/core/gpu/gpu.h"
#include "tests/core/train/small_data.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

Experiment small_pictures(const char* lane) {
  Experiment e;
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 20, .patch = 2, .dropout = 0.2f};
  e.lanes = {parse_lane(lane)};
  e.batch = 16;
  e.label_smoothing = 0.1f;
  e.optimiser = {.kind = "sgd", .learning_rate = 0.1f, .clip_norm = 0.5f};  // Adam makes a step of any rounding error
  return e;
}

StepRecordPtr opened(Trainer& trainer) {
  trainer.open_steps(true);
  trainer.step();
  trainer.record_next(3);
  trainer.step();
  return trainer.record(0);
}

// Against the largest number of its matrix.
void expect_same(const StepMatrix& gpu, const StepMatrix& cpu) {
  SCOPED_TRACE(cpu.name);
  ASSERT_EQ(gpu.name, cpu.name);
  ASSERT_TRUE(gpu.rows == cpu.rows && gpu.columns == cpu.columns);
  double largest = 1e-6;
  for (int row = 0; row < cpu.rows; ++row)
    for (int column = 0; column < cpu.columns; ++column)
      if (std::isfinite(cpu.at(row, column))) largest = std::max(largest, std::abs(double{cpu.at(row, column)}));
  for (int row = 0; row < cpu.rows; ++row)
    for (int column = 0; column < cpu.columns; ++column) {
      const double expected = cpu.at(row, column), got = gpu.at(row, column);
      ASSERT_TRUE(got == expected || std::abs(got - expected) <= 2e-4 * largest)
          << row << ", " << column << ": " << got << " instead of " << expected;
    }
}

void expect_same_step(const Experiment& e, const DatasetPtr& data) {
  Trainer on_gpu(e, data, gpu()), on_cpu(e, data);
  const StepRecordPtr a = opened(on_gpu), b = opened(on_cpu);
  ASSERT_TRUE(a && b);
  const std::vector<StepStage> stages = list_stages(*a), expected = list_stages(*b);
  ASSERT_EQ(stages.size(), expected.size());
  int inside = 0;
  for (size_t i = 0; i < stages.size(); ++i) {
    SCOPED_TRACE(expected[i].group + ", " + expected[i].title);
    ASSERT_EQ(stages[i].kind, expected[i].kind);
    ASSERT_EQ(stages[i].title, expected[i].title);
    inside += stages[i].kind == StageKind::kBackSoftmax || stages[i].kind == StageKind::kBackKeys;
    for (int head = 0; head < (of_one_head(stages[i].kind) ? a->heads : 1); ++head) {
      const auto theirs = matrices({*a, stages[i], head}), ours = matrices({*b, expected[i], head});
      ASSERT_EQ(theirs.size(), ours.size());
      for (size_t m = 0; m < ours.size(); ++m) expect_same(theirs[m], ours[m]);
    }
  }
  EXPECT_EQ(inside, 2 * e.model.layers);  // the way back through attention is told, too
}

TEST(GpuStepRecords, EveryStageOfAPictureIsAsOnTheCpu) {
  for (const char* lane : {"dense", "local:window=1,score=cosine", "block:block=2,score=general",
                           "dense:score=additive", "dense+local:window=1,heads=1"}) {
    SCOPED_TRACE(lane);
    expect_same_step(small_pictures(lane), small_data());
  }
}

TEST(GpuStepRecords, EveryStageOfATextIsAsOnTheCpu) {
  const TemporaryFolder folder;
  Experiment e = small_writer(folder, {"local:window=2"});
  e.optimiser = {.kind = "sgd", .learning_rate = 0.1f};
  expect_same_step(e, load_task(e.task, e.data_dir));
}

TEST(GpuStepRecords, LookingChangesNothing) {
  const Experiment e = small_pictures("dense");
  Trainer alone(e, small_data(), gpu());
  for (int step = 0; step < 4; ++step) alone.step();
  const LearnedLane expected = alone.learned(0);
  Trainer watched(e, small_data(), gpu());
  watched.step();
  watched.open_steps(true);
  EXPECT_TRUE(watched.rehearse(1));
  EXPECT_TRUE(watched.record(0)->ahead);
  EXPECT_EQ(watched.record(0)->step, 2);
  EXPECT_EQ(watched.steps(), 1);
  watched.record_next(2);
  for (int step = 0; step < 3; ++step) watched.step();
  const LearnedLane now = watched.learned(0);
  EXPECT_EQ(now.values, expected.values);
  EXPECT_EQ(now.first, expected.first);
  EXPECT_EQ(now.second, expected.second);
}

}  // namespace
}  // namespace lab
