// The trainer as a whole: it learns, it repeats itself bit for bit, it takes no memory in a step.

#include "core/train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/data/tasks.h"
#include "core/history/lane_record.h"
#include "tests/core/number_of_threads.h"
#include "tests/core/train/small_data.h"

namespace {
std::atomic<int64_t> allocations{0};
}

// Every allocation of this test program passes here.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size ? size : 1);
}
void* operator new(size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace lab {
namespace {

Experiment small_experiment() {
  Experiment e;
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 32, .patch = 2, .dropout = 0};
  e.batch = 16;
  e.optimiser.learning_rate = 3e-3f;
  return e;
}

std::vector<float> losses(const Experiment& experiment, int steps) {
  Trainer trainer(experiment, small_data());
  std::vector<float> all;
  for (int step = 0; step < steps; ++step) {
    trainer.step();
    for (int lane = 0; lane < trainer.lanes(); ++lane) all.push_back(trainer.loss(lane));
  }
  return all;
}

TEST(Trainer, EveryLaneLearns) {
  Trainer trainer(small_experiment(), small_data());
  for (int step = 0; step < 60; ++step) trainer.step();
  for (int lane = 0; lane < trainer.lanes(); ++lane) {
    const Evaluation test = trainer.evaluate(lane, trainer.data().test, 120);
    EXPECT_GT(test.accuracy, 0.95) << "lane " << lane;
    EXPECT_LT(test.loss, 0.3) << "lane " << lane;
    EXPECT_EQ(test.pictures, 120);
  }
}

TEST(Trainer, EveryScoreLearnsAndStartsFromTheSameSharedWeights) {
  Experiment experiment = small_experiment();
  experiment.lanes.clear();
  for (const char* lane :
       {"dense:score=dot", "dense:score=cosine", "local:window=1,score=general", "dense:score=additive"})
    experiment.lanes.push_back(parse_lane(lane));
  Trainer trainer(experiment, small_data());
  const auto shared = trainer.parameters(0).values();
  for (int lane = 1; lane < trainer.lanes(); ++lane) {
    const auto values = trainer.parameters(lane).values();
    EXPECT_GT(values.size(), shared.size());
    EXPECT_TRUE(std::equal(shared.begin(), shared.end(), values.begin()));
  }
  const float before = trainer.parameters(1)["encoder.layers.0.self_attn.score_scale"].value[0];
  for (int step = 0; step < 60; ++step) trainer.step();
  EXPECT_NE(trainer.parameters(1)["encoder.layers.0.self_attn.score_scale"].value[0], before);
  for (int lane = 0; lane < trainer.lanes(); ++lane)
    EXPECT_GT(trainer.evaluate(lane, trainer.data().test, 120).accuracy, 0.95) << "lane " << lane;
}

TEST(Trainer, SameSeedSameLossesWhateverTheThreads) {
  Experiment experiment = small_experiment();
  experiment.model.dropout = 0.1f;
  const NumberOfThreads one(1);
  const std::vector<float> alone = losses(experiment, 20);
  for (int count : {2, 3, 7}) {
    const NumberOfThreads several(count);
    EXPECT_EQ(losses(experiment, 20), alone) << count << " threads";
  }
  experiment.seed = 8;
  EXPECT_NE(losses(experiment, 20), alone);
}

TEST(Trainer, LanesStartFromTheSameWeights) {
  Trainer trainer(small_experiment(), small_data());
  const auto first = trainer.parameters(0).values();
  for (int lane = 1; lane < trainer.lanes(); ++lane) {
    const auto other = trainer.parameters(lane).values();
    EXPECT_TRUE(std::equal(first.begin(), first.end(), other.begin(), other.end()));
  }
}

TEST(Trainer, AStepAllocatesNothing) {
  Trainer trainer(small_experiment(), small_data());
  trainer.step();
  const int64_t before = allocations;
  for (int step = 0; step < 40; ++step) trainer.step();  // over the end of an epoch
  EXPECT_EQ(allocations - before, 0);
}

TEST(Trainer, NorDoesAStepOfAnyStrategy) {
  Experiment e = small_experiment();
  e.lanes.clear();
  for (const char* lane : {"dense:strategy=linear+dense:strategy=uniform,layers=2",
                           "dense:strategy=synthesizer+dense:strategy=identity,heads=2",
                           "dense:strategy=top_k,k=3+dense:strategy=gaussian,heads=2",
                           "dense:strategy=span+dense:strategy=temperature,layers=2"})
    e.lanes.push_back(parse_lane(lane));
  Trainer trainer(e, small_data());
  for (int step = 0; step < 3; ++step) trainer.step();
  const int64_t before = allocations;
  for (int step = 0; step < 5; ++step) trainer.step();
  EXPECT_EQ(allocations - before, 0);
}

TEST(Trainer, NorDoesAStepOfTexts) {
  Experiment e = small_experiment();
  e.task = "induction";
  Trainer trainer(e, load_task("induction"));
  for (int step = 0; step < 3; ++step) trainer.step();
  const int64_t before = allocations;
  for (int step = 0; step < 5; ++step) trainer.step();
  EXPECT_EQ(allocations - before, 0);
}

TEST(Trainer, NorDoesAStepOfAnyRule) {
  Experiment e = small_experiment();
  e.model.attention_dropout = 0.1f;
  e.penalties = {0.1f, 0.1f};
  e.guidance.target = "objects";
  auto data = std::make_shared<Dataset>(*small_data());
  data->train.objects.assign(data->train.pixels.size(), 1);
  Trainer trainer(e, data);
  for (int step = 0; step < 3; ++step) trainer.step();
  const int64_t before = allocations;
  for (int step = 0; step < 5; ++step) trainer.step();
  EXPECT_EQ(allocations - before, 0);
}

TEST(Trainer, MeasuresTheSizeOfTheWeightsWhichWeightDecayShrinks) {
  std::vector<float> norms;
  for (const float decay : {0.0f, 0.3f}) {
    Experiment experiment = small_experiment();
    experiment.optimiser.kind = "adamw";
    experiment.optimiser.weight_decay = decay;
    Trainer trainer(experiment, small_data());
    EXPECT_EQ(trainer.weights_norm(0), 0);
    LaneRecord record;
    for (int step = 0; step < 40; ++step) {
      trainer.step();
      record.add_step(trainer, 0);
    }
    double squares = 0;
    for (const float value : trainer.learned(0).values) squares += double{value} * value;
    EXPECT_NEAR(trainer.weights_norm(0) / std::sqrt(squares), 1, 1e-5);
    EXPECT_EQ(record.weights_norm.curve().value.size(), 40u);
    EXPECT_EQ(record.weights_norm.curve().value.back(), trainer.weights_norm(0));
    norms.push_back(trainer.weights_norm(0));
  }
  EXPECT_LT(norms[1], norms[0]);
}

TEST(Trainer, DropoutCanComeAndGoInFlight) {
  Trainer trainer(small_experiment(), small_data());
  trainer.step();
  Experiment changed = trainer.experiment();
  changed.model.dropout = 0.5f;
  trainer.change(changed);
  trainer.step();
  const float with = trainer.loss(0);
  changed.model.dropout = 0;
  trainer.change(changed);
  trainer.step();
  EXPECT_TRUE(std::isfinite(with));
  EXPECT_EQ(trainer.steps(), 3);
}

TEST(Trainer, AHugeLearningRateIsReportedAndNotTakenOn) {
  Experiment experiment = small_experiment();
  experiment.optimiser.kind = "sgd";
  experiment.optimiser.learning_rate = 1e30f;
  Trainer trainer(experiment, small_data());
  EXPECT_THROW(
      {
        for (int step = 0; step < 50; ++step) trainer.step();
      },
      Error);
}

TEST(Trainer, WeightsOfTheReadingAreRowsOfOne) {
  Trainer trainer(small_experiment(), small_data());
  trainer.step();
  const int n = trainer.shape().tokens();
  for (int lane = 0; lane < trainer.lanes(); ++lane) {
    const Reading reading = trainer.read(lane, trainer.data().test.picture(0));
    ASSERT_EQ(reading.attention.size(), static_cast<size_t>(2 * 2 * n * n));
    for (size_t row = 0; row < reading.attention.size(); row += n) {
      double total = 0;
      for (int key = 0; key < n; ++key) {
        const float weight = reading.attention[row + key];
        const size_t head = row / n / n;
        if (!trainer.maps(lane)[head / 2].of(head % 2).exists(static_cast<int>(row / n) % n, key)) {
          EXPECT_EQ(weight, 0);
        }
        total += weight;
      }
      EXPECT_NEAR(total, 1, 1e-5);
    }
  }
}

}  // namespace
}  // namespace lab
