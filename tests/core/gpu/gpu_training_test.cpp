// Training on the GPU: the same course as on the CPU, from one to the other without a jump, through failures of the
// device, for a long time without growing.

#include <epoxy/gl.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/data/tasks.h"
#include "core/device/cpu_device.h"
#include "core/gpu/choose_device.h"
#include "core/gpu/gl_error.h"
#include "core/live/live_run.h"
#include "core/train/trainer.h"
#include "tests/core/gpu/gpu.h"
#include "tests/core/train/small_data.h"

namespace lab {
namespace {

Experiment small_experiment() {
  Experiment e;
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 32, .patch = 2, .dropout = 0.1f};
  e.batch = 16;
  e.optimiser.learning_rate = 3e-3f;
  e.optimiser.clip_norm = 1;
  e.label_smoothing = 0.05f;
  return e;
}

std::vector<float> losses(Trainer& trainer, int steps) {
  std::vector<float> all;
  for (int step = 0; step < steps; ++step) {
    trainer.step();
    for (int lane = 0; lane < trainer.lanes(); ++lane) all.push_back(trainer.loss(lane));
  }
  return all;
}

std::vector<float> cpu_losses(const Experiment& experiment, int steps) {
  Trainer trainer(experiment, small_data());
  return losses(trainer, steps);
}

void expect_same_course(const std::vector<float>& result, const std::vector<float>& expected) {
  ASSERT_EQ(result.size(), expected.size());
  for (size_t i = 0; i < result.size(); ++i)
    ASSERT_TRUE(std::abs(result[i] - expected[i]) <= 1e-3f * expected[i])
        << "at " << i << ": " << result[i] << " instead of " << expected[i];
}

TEST(GpuTraining, FollowsTheCpuOverAHundredStepsDropoutAndAll) {
  Trainer trainer(small_experiment(), small_data(), gpu());
  expect_same_course(losses(trainer, 100), cpu_losses(small_experiment(), 100));
  for (int lane = 0; lane < trainer.lanes(); ++lane)
    EXPECT_GT(trainer.evaluate(lane, trainer.data().test, 120).accuracy, 0.95);
}

// The full size, for a few steps only: llvmpipe takes a second for each.
TEST(GpuTraining, FollowsTheCpuOnTheUsualModel) {
  auto data = std::make_shared<Dataset>(*small_data());
  for (ImageSet* set : {&data->train, &data->test}) {
    const ImageSet small = *set;
    set->height = set->width = 28;
    set->pixels.clear();
    for (int i = 0; i < small.count(); ++i)
      for (int at = 0; at < 28 * 28; ++at)
        set->pixels.push_back(small.pixels[i * 64 + at / 28 * 8 / 28 * 8 + at % 28 * 8 / 28]);
  }
  Experiment experiment;
  experiment.lanes.resize(1);
  Trainer on_gpu(experiment, data, gpu()), on_cpu(experiment, data);
  expect_same_course(losses(on_gpu, 3), losses(on_cpu, 3));
}

// W1 itself: some two minutes on llvmpipe.
TEST(GpuTraining, FollowsTheCpuOnW1OverAHundredSteps) {
  Experiment experiment;
  experiment.lanes.resize(1);
  const DatasetPtr data = load_task(experiment.task);
  Trainer on_gpu(experiment, data, gpu()), on_cpu(experiment, data);
  expect_same_course(losses(on_gpu, 100), losses(on_cpu, 100));
}

TEST(GpuTraining, EveryScoreFollowsTheCpu) {
  Experiment experiment = small_experiment();
  experiment.lanes.clear();
  for (const char* lane :
       {"dense:score=dot", "dense:score=cosine", "local:window=1,score=general", "dense:score=additive"})
    experiment.lanes.push_back(parse_lane(lane));
  Trainer trainer(experiment, small_data(), gpu());
  expect_same_course(losses(trainer, 20), cpu_losses(experiment, 20));
}

Experiment hybrid_experiment() {
  Experiment experiment = small_experiment();
  experiment.lanes.clear();
  for (const char* lane : {"dense+local:window=1,heads=1", "block:block=2+dense:score=cosine,layers=2"})
    experiment.lanes.push_back(parse_lane(lane));
  return experiment;
}

TEST(GpuTraining, HeadsThatAttendDifferentlyFollowTheCpu) {
  Trainer trainer(hybrid_experiment(), small_data(), gpu());
  expect_same_course(losses(trainer, 20), cpu_losses(hybrid_experiment(), 20));
}

TEST(GpuTraining, ReadsAPictureAsTheCpuDoes) {
  Trainer on_gpu(hybrid_experiment(), small_data(), gpu()), on_cpu(hybrid_experiment(), small_data());
  for (int lane = 0; lane < on_gpu.lanes(); ++lane) {
    const Reading a = on_gpu.read(lane, on_gpu.data().test.picture(3));
    const Reading b = on_cpu.read(lane, on_cpu.data().test.picture(3));
    ASSERT_EQ(a.attention.size(), b.attention.size());
    for (size_t i = 0; i < a.attention.size(); ++i) ASSERT_NEAR(a.attention[i], b.attention[i], 1e-5);
    for (size_t i = 0; i < a.probabilities.size(); ++i) ASSERT_NEAR(a.probabilities[i], b.probabilities[i], 1e-5);
  }
}

TEST(GpuTraining, MovesThereAndBackWithoutAJump) {
  for (const char* kind : {"adam", "sgd"}) {
    Experiment experiment = small_experiment();
    experiment.optimiser.kind = kind;
    Trainer trainer(experiment, small_data());
    std::vector<float> course = losses(trainer, 10);
    for (Device* next : {static_cast<Device*>(&gpu()), &cpu_device(), static_cast<Device*>(&gpu())}) {
      trainer.move_to(*next);
      for (float loss : losses(trainer, 10)) course.push_back(loss);
    }
    expect_same_course(course, cpu_losses(experiment, 40));
  }
}

TEST(GpuTraining, AHugeLearningRateIsReportedAndNotTakenOn) {
  Experiment experiment = small_experiment();
  experiment.optimiser = {.kind = "sgd", .learning_rate = 1e30f};
  Trainer trainer(experiment, small_data(), gpu());
  EXPECT_THROW(losses(trainer, 50), Error);
  EXPECT_EQ(&trainer.device(), &gpu()) << "a bad learning rate is no failure of the device";
}

TEST(GpuTraining, TimesEveryNode) {
  Trainer trainer(small_experiment(), small_data(), gpu());
  trainer.step();
  EXPECT_GT(trainer.attention_seconds(0), 0);
  EXPECT_LT(trainer.attention_seconds(0), trainer.step_seconds(0));
  const Tape& tape = trainer.training_network(0).tape();
  for (const Tape::Node& node : tape.nodes()) EXPECT_GE(tape.seconds(node), 0) << node.name;
}

class GpuFailure : public testing::TestWithParam<unsigned> {};

TEST_P(GpuFailure, TrainingGoesOnOnTheCpuAsIfNothingHadHappened) {
  Experiment experiment = small_experiment();
  experiment.lanes.resize(2);
  const std::vector<float> expected = cpu_losses(experiment, 72);
  for (int at : {0, 3, 70}) {  // at once, soon, and after another copy was taken
    const auto device = make_gpu();
    Trainer trainer(experiment, small_data(), *device);
    std::vector<float> course = losses(trainer, at);
    pretend_gl_error(GetParam());
    for (float loss : losses(trainer, 72 - at)) course.push_back(loss);
    EXPECT_EQ(&trainer.device(), &cpu_device());
    EXPECT_NE(trainer.setback().find("Training goes on on the CPU"), std::string::npos) << trainer.setback();
    expect_same_course(course, expected);
  }
}
INSTANTIATE_TEST_SUITE_P(Errors, GpuFailure, testing::Values(GL_OUT_OF_MEMORY, GL_CONTEXT_LOST),
                         [](const auto& row) { return row.param == GL_OUT_OF_MEMORY ? "OutOfMemory" : "ContextLost"; });

TEST(GpuFailures, WhileReadingOrMovingAreSurvivedToo) {
  const auto device = make_gpu();
  Trainer trainer(small_experiment(), small_data(), *device);
  trainer.step();
  pretend_gl_error(GL_CONTEXT_LOST);
  EXPECT_EQ(trainer.evaluate(0, trainer.data().test, 50).pictures, 50);
  EXPECT_EQ(&trainer.device(), &cpu_device());
  pretend_gl_error(GL_OUT_OF_MEMORY);  // as the new device takes its memory
  EXPECT_THROW(trainer.move_to(*device), DeviceLost);
  EXPECT_EQ(&trainer.device(), &cpu_device());
  trainer.step();
  trainer.move_to(*device);  // it works again
  EXPECT_EQ(trainer.setback(), "");
  trainer.step();
  EXPECT_EQ(&trainer.device(), device.get());
}

TEST(GpuFailures, ARealErrorOfOpenGlIsSeen) {
  const auto device = make_gpu();
  Arena arena;
  arena.attach(device.get());
  const Tensor x = arena.allocate(Shape{4});
  glBindBuffer(GL_ARRAY_BUFFER, 0);
  glBufferData(GL_ARRAY_BUFFER, -1, nullptr, GL_STATIC_DRAW);
  EXPECT_THROW(device->download(x), DeviceLost);
  while (glGetError() != GL_NO_ERROR) {
  }
  arena.attach(nullptr);
}

Experiment one_lane_of_shapes() {
  Experiment e = small_experiment();
  e.task = "shapes";
  e.model.patch = 14;
  e.lanes.resize(1);
  return e;
}

ChosenDevice offscreen_device(DeviceWish wish, const Experiment&, const DatasetPtr&) {
  return choose_device(wish, make_offscreen_context, {.shaders = LAB_SOURCE_DIR "/shaders"}, {});
}

// What the window does: the device is chosen on the way, changed by a command, and lost.
TEST(GpuLiveRun, MovesWhenAskedSaysWhyAndSurvives) {
  Experiment experiment = one_lane_of_shapes();
  LiveRun run(experiment, offscreen_device, DeviceWish::kCpu);
  LiveRun alone(experiment);
  const auto both_advance = [&] {
    for (LiveRun* each : {&run, &alone}) each->advance();
    EXPECT_NEAR(run.trainer().loss(0), alone.trainer().loss(0), 1e-3 * alone.trainer().loss(0));
  };
  both_advance();
  EXPECT_EQ(run.snapshot()->device_why, "The CPU was asked for.");
  run.apply(command::SetDevice{DeviceWish::kGl});
  for (int step = 0; step < 3; ++step) both_advance();
  EXPECT_NE(run.snapshot()->device, cpu_device().name());
  EXPECT_EQ(run.snapshot()->device_why, "The GPU was asked for.");
  EXPECT_EQ(run.snapshot()->message, "");
  pretend_gl_error(GL_CONTEXT_LOST);
  for (int step = 0; step < 3; ++step) both_advance();
  EXPECT_EQ(run.snapshot()->device, cpu_device().name());
  EXPECT_NE(run.snapshot()->message.find("Training goes on on the CPU from step 4"), std::string::npos)
      << run.snapshot()->message;
  run.apply(command::SetDevice{DeviceWish::kGl});
  both_advance();
  EXPECT_EQ(run.snapshot()->message, "");
  run.apply(command::Restart{});
  EXPECT_NE(run.snapshot()->device, cpu_device().name());
  run.apply(command::SetDevice{DeviceWish::kCpu});
  EXPECT_EQ(run.snapshot()->device, cpu_device().name());
}

// A strategy that only the CPU has is no reason to stop: it says which, and the CPU trains.
TEST(GpuTraining, StrategiesThatTheGpuLacksTrainOnTheCpu) {
  Experiment experiment = small_experiment();
  for (const StrategyKind& kind : strategy_kinds()) {
    experiment.lanes = {parse_lane("dense"), parse_lane(fmt::format("dense+dense:strategy={},heads=1", kind.name))};
    const ChosenDevice chosen =
        choose_device(DeviceWish::kGl, make_offscreen_context, {.shaders = LAB_SOURCE_DIR "/shaders"},
                      training_step_of(experiment, small_data()));
    if (kind.name == Strategy{}.kind) {
      EXPECT_NE(chosen.device.get(), &cpu_device());
      continue;
    }
    EXPECT_EQ(chosen.device.get(), &cpu_device()) << kind.name;
    EXPECT_EQ(chosen.why, fmt::format("The GPU does not know the strategy {}; the CPU does.", kind.name));
    Trainer trainer(experiment, small_data(), *chosen.device);
    for (const float loss : losses(trainer, 3)) EXPECT_TRUE(std::isfinite(loss));
  }
}

TEST(GpuLiveRun, WhatItCannotDoInFlightIsDoneOnTheCpu) {
  Experiment experiment = one_lane_of_shapes();
  LiveRun run(experiment, offscreen_device, DeviceWish::kGl);
  run.advance();
  EXPECT_NE(run.snapshot()->device, cpu_device().name());
  experiment.model.attention_dropout = 0.1f;
  run.apply(command::SetExperiment{experiment});
  run.advance();
  EXPECT_EQ(run.snapshot()->device, cpu_device().name());
  EXPECT_NE(run.snapshot()->device_why.find("the CPU does"), std::string::npos) << run.snapshot()->device_why;
  EXPECT_EQ(run.snapshot()->step, 2);
  EXPECT_FALSE(run.snapshot()->lanes[0].dropped.empty());
}

int64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * 4096;
}

// Debug output is on: an error of any call would end the training on the GPU.
TEST(GpuTraining, TenThousandStepsTakeNoMoreMemory) {
  Experiment experiment;
  experiment.model = {.width = 4, .heads = 1, .layers = 1, .mlp = 4, .patch = 8, .dropout = 0.1f};
  experiment.lanes.resize(1);
  experiment.batch = 1;
  Trainer trainer(experiment, small_data(), gpu());
  for (int step = 0; step < 500; ++step) trainer.step();
  const int64_t on_gpu = gpu().bytes(), on_host = resident_bytes();
  while (trainer.steps() < 10'000) trainer.step();
  EXPECT_EQ(&trainer.device(), &gpu()) << trainer.setback();
  EXPECT_EQ(gpu().bytes(), on_gpu);
  EXPECT_LT(resident_bytes() - on_host, 4 << 20);
}

}  // namespace
}  // namespace lab
