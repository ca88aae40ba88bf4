// Runs that stop and go on: in memory, and through a file.

#include "core/history/run_file.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/data/fingerprint.h"
#include "tests/core/number_of_threads.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/train/small_data.h"

namespace lab {
namespace {

Experiment small_experiment(const char* optimiser = "adam") {
  Experiment e;
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 32, .patch = 2, .dropout = 0.1f};
  e.lanes = {parse_lane("dense"), parse_lane("local:window=1,score=cosine+dense:strategy=temperature,heads=2")};
  e.batch = 16;
  e.optimiser.kind = optimiser;
  e.optimiser.learning_rate = 3e-3f;
  e.optimiser.warmup_steps = 5;
  e.model.attention_dropout = 0.1f;
  e.penalties.squares = 0.2f;
  e.guidance = {"painted", 0.5f, "class", {}, {}, PatchMask::parse("#./..")};
  e.early_stopping = {2, 0.2f, 7};
  return e;
}

struct Training {
  Trainer trainer;
  std::vector<LaneRecord> records;

  explicit Training(const Experiment& experiment) : trainer(experiment, small_data()), records(trainer.lanes()) {}
  void train(int steps) {
    for (int step = 0; step < steps; ++step) {
      trainer.step();
      for (int lane = 0; lane < trainer.lanes(); ++lane) records[lane].add_step(trainer, lane);
    }
    for (int lane = 0; lane < trainer.lanes(); ++lane)
      records[lane].add_test(trainer.evaluate(lane, trainer.data().test, 50));
  }
};

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// 12 steps are an epoch: each half below crosses the end of one.
TEST(RunFile, SavedStoppedAndGoneOnWithIsAsNeverStopped) {
  const TemporaryFolder folder;
  for (const char* optimiser : {"adam", "sgd"})
    for (const int count : {1, 2}) {
      SCOPED_TRACE(::testing::Message() << optimiser << ", " << count << " threads");
      const NumberOfThreads these(count);
      Training straight(small_experiment(optimiser));
      straight.train(20), straight.train(20);
      save_run(folder.path("straight"), straight.trainer, straight.records);
      {
        Training first(small_experiment(optimiser));
        first.train(20);
        save_run(folder.path("first"), first.trainer, first.records);
      }
      const RunFile file = RunFile::load(folder.path("first"));
      Training second(file.experiment());
      file.resume(second.trainer);
      second.records = file.records();
      EXPECT_EQ(second.trainer.steps(), 20);
      second.train(20);
      save_run(folder.path("second"), second.trainer, second.records);
      EXPECT_EQ(second.trainer.state(), straight.trainer.state());
      EXPECT_EQ(bytes_of(folder.path("second")), bytes_of(folder.path("straight")));  // curves too
    }
}

TEST(RunFile, AStateIsGoneBackToExactly) {
  Training run(small_experiment());
  run.train(10);
  const TrainingState then = run.trainer.state();
  run.train(9);
  const TrainingState later = run.trainer.state();
  EXPECT_NE(later, then);
  run.trainer.restore(then);
  EXPECT_EQ(run.trainer.state(), then);
  run.train(9);
  EXPECT_EQ(run.trainer.state(), later);
}

TEST(RunFile, ALaneThatIsBehindCatchesUpWithTheSameBatches) {
  Training run(small_experiment());
  run.train(4);
  TrainingState apart = run.trainer.state();
  run.train(6);
  const TrainingState together = run.trainer.state();
  apart.lanes[0] = together.lanes[0];
  run.trainer.restore(apart);
  EXPECT_EQ(run.trainer.steps(), 10);
  EXPECT_EQ(run.trainer.steps(1), 4);
  run.train(6);
  EXPECT_EQ(run.trainer.state(), together);
}

TEST(RunFile, WhatMayChangeInFlightMayChangeWhenGoingOn) {
  const TemporaryFolder folder;
  Training run(small_experiment());
  run.train(3);
  save_run(folder.path("run"), run.trainer, run.records);
  const RunFile file = RunFile::load(folder.path("run"));
  Experiment other = file.experiment();
  other.optimiser.learning_rate = 1e-4f;
  Training changed(other);
  file.resume(changed.trainer);
  EXPECT_EQ(changed.trainer.experiment().optimiser.learning_rate, 1e-4f);
  other.seed = 99;
  Training foreign(other);
  EXPECT_NE(message_of<Error>([&] { file.resume(foreign.trainer); }).find("other settings"), std::string::npos);
}

TEST(RunFile, OtherDataIsRefused) {
  const TemporaryFolder folder;
  Training run(small_experiment());
  save_run(folder.path("run"), run.trainer, run.records);
  auto other = std::make_shared<Dataset>(*small_data());
  other->train.pixels[5] ^= 1;
  EXPECT_NE(fingerprint(*other), fingerprint(*small_data()));
  Trainer trainer(small_experiment(), other);
  const RunFile file = RunFile::load(folder.path("run"));
  EXPECT_NE(message_of<Error>([&] { file.resume(trainer); }).find("other data"), std::string::npos);
}

TEST(RunFile, EveryTruncationIsRefusedWithASentence) {
  const TemporaryFolder folder;
  Training run(small_experiment());
  run.train(2);
  save_run(folder.path("run"), run.trainer, run.records);
  const std::string whole = bytes_of(folder.path("run"));
  for (size_t length = 0; length < whole.size(); length += whole.size() / 61) {
    const std::string path = folder.write("cut", std::string_view(whole).substr(0, length));
    const std::string said = message_of<Error>([&] { RunFile::load(path); });
    EXPECT_NE(said.find("cut"), std::string::npos) << length;
    EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  }
}

/// The run with one text in its header replaced by another as long.
std::string edited(std::string bytes, const std::string& from, const std::string& to) {
  const size_t at = bytes.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  EXPECT_EQ(from.size(), to.size());
  return at == std::string::npos ? bytes : bytes.replace(at, from.size(), to);
}

TEST(RunFile, ForeignAndDamagedFilesAreRefusedWithASentence) {
  const TemporaryFolder folder;
  Training run(small_experiment());
  run.train(2);
  save_run(folder.path("run"), run.trainer, run.records);
  const std::string whole = bytes_of(folder.path("run"));
  const struct {
    const char *from, *to, *said;
  } edits[] = {
      {"run 1", "run 9", "does not know"},
      {"\\\"steps\\\":2", "\\\"steps\\\":x", "JSON"},
      {"\\\"steps\\\":2,\\\"loss\\\"", "\\\"stops\\\":2,\\\"loss\\\"", "as they should be"},
      {"\\\"train_loss\\\":[1,0,", "\\\"train_loss\\\":[0,0,", "impossible"},
      {"\\\"width\\\": 16", "\\\"width\\\": 64", "not as large"},
      {"\\\"mlp\\\": 32", "\\\"mlp\\\": 33", "not as large"},
      {"lanes.1.encoder.layers.1.linear1.weight", "lanes.1.encoder.layers.1.linear9.weight", "no tensor"},
  };
  for (const auto& edit : edits) {
    const std::string path = folder.write("bad", edited(whole, edit.from, edit.to));
    const std::string said = message_of<Error>([&] { RunFile::load(path); });
    EXPECT_NE(said.find(edit.said), std::string::npos) << edit.from << ": " << said;
  }
  const std::string weights = folder.path("weights");
  save_safetensors(weights, {{"head.bias", run.trainer.parameters(0)["head.bias"].value}});
  EXPECT_NE(message_of<Error>([&] { RunFile::load(weights); }).find("--weights"), std::string::npos);
  EXPECT_NE(message_of<Error>([&] { RunFile::load(LAB_TESTS_DIR "/core/train/small_data.h"); }), "");
}

TEST(Weights, AreTakenByNameAndOnlyWhereAllFits) {
  const TemporaryFolder folder;
  Training teacher(small_experiment());
  teacher.train(5);
  std::vector<NamedTensor> stock;
  for (const Parameter& parameter : teacher.trainer.parameters(0).all())
    stock.push_back({parameter.name, parameter.value});
  save_safetensors(folder.path("stock"), stock, {{"format", "pt"}});

  Training pupil(small_experiment());
  const float scale = pupil.trainer.parameters(1)["encoder.layers.1.self_attn.heads_1_1.score_scale"].value[0];
  load_weights(folder.path("stock"), pupil.trainer);
  for (int lane = 0; lane < 2; ++lane)
    for (const Parameter& parameter : teacher.trainer.parameters(0).all()) {
      const Tensor got = pupil.trainer.parameters(lane)[parameter.name].value;
      EXPECT_TRUE(std::equal(parameter.value.begin(), parameter.value.end(), got.begin())) << parameter.name;
    }
  EXPECT_EQ(pupil.trainer.parameters(1)["encoder.layers.1.self_attn.heads_1_1.score_scale"].value[0], scale);
  EXPECT_EQ(pupil.trainer.steps(), 0);

  const TrainingState before = pupil.trainer.state();
  const auto refused = [&](std::vector<NamedTensor> tensors) {
    save_safetensors(folder.path("wrong"), tensors);
    const std::string said = message_of<Error>([&] { load_weights(folder.path("wrong"), pupil.trainer); });
    EXPECT_EQ(pupil.trainer.state(), before);
    return said;
  };
  EXPECT_NE(refused({stock.begin(), stock.end() - 1}).find("no tensor"), std::string::npos);
  std::vector<NamedTensor> wrong = stock;
  wrong.push_back({"another.weight", stock[0].tensor});
  EXPECT_NE(refused(wrong).find("another.weight"), std::string::npos);
  wrong = stock;
  wrong[0].tensor.shape = {wrong[0].tensor.count()};
  EXPECT_NE(refused(wrong).find("needs"), std::string::npos);
}

TEST(Weights, OfARunWithSeveralLanesGoToTheirLanes) {
  const TemporaryFolder folder;
  Training run(small_experiment());
  run.train(3);
  save_run(folder.path("run"), run.trainer, run.records);
  Training other(small_experiment());
  load_weights(folder.path("run"), other.trainer);
  for (int lane = 0; lane < 2; ++lane)
    EXPECT_EQ(other.trainer.learned(lane, false).values, run.trainer.learned(lane, false).values);
}

}  // namespace
}  // namespace lab
