#include "core/measure/workloads.h"

#include <vector>

#include "core/base/parallel.h"
#include "core/base/simd.h"
#include "core/device/cpu_device.h"
#include "core/measure/stopwatch.h"
#include "core/model/language_model.h"
#include "core/train/trainer.h"

namespace lab {

namespace {

// Pictures of noise: the time of a step does not depend on what they show.
DatasetPtr noise_pictures(int count) {
  auto data = std::make_shared<Dataset>();
  Rng rng(0, stream::kShapes);
  data->title = "noise";
  data->classes.assign(10, "noise");
  for (ImageSet* set : {&data->train, &data->test}) {
    set->height = set->width = 28;
    set->pixels.resize(static_cast<size_t>(count) * 28 * 28);
    set->labels.resize(count);
    for (uint8_t& pixel : set->pixels) pixel = static_cast<uint8_t>(rng.below(256));
    for (uint8_t& label : set->labels) label = static_cast<uint8_t>(rng.below(10));
  }
  return data;
}

Experiment w1() {
  Experiment experiment;  // the defaults are W1's
  experiment.lanes.resize(1);
  return experiment;
}

}  // namespace

double measure_peak_gflops() {
  constexpr int kChains = 16, kRounds = 1 << 20;
  std::vector<float> results(threads());
  const double ms = median_milliseconds([&] {
    parallel_for(threads(), [&](int64_t thread) {
      Lanes sums[kChains];
      for (int chain = 0; chain < kChains; ++chain) sums[chain] = splat(static_cast<float>(chain));
      const Lanes factor = splat(0.999f), term = splat(1e-3f);
      for (int round = 0; round < kRounds; ++round)
        for (Lanes& chain : sums) chain = chain * factor + term;
      for (const Lanes& chain : sums) results[thread] += sum(chain);  // so that nothing is optimised away
    });
  });
  return 2.0 * kChains * kRounds * kLanes * threads() / (ms * 1e6);
}

double measure_w1_step() {
  Trainer trainer(w1(), noise_pictures(1024));
  return median_milliseconds([&] { trainer.step(); });
}

double measure_w1_single_picture() {
  const Experiment experiment = w1();
  const DatasetPtr data = noise_pictures(64);
  Trainer trainer(experiment, data);
  VisionTransformer network(cpu_device(), trainer.shape(), {}, trainer.parameters(0));
  for (float& pixel : network.pixels()) pixel = 0.5f;
  return median_milliseconds([&] { network.forward(); });
}

double measure_w2_step() {
  constexpr int kBatch = 16;
  const LanguageModelShape shape;  // the defaults are W2's
  const std::vector<ParameterSpec> specs = parameter_specs(shape);
  ParameterSet parameters(specs);
  parameters.initialise(specs, 0);
  ModelSetup setup;
  setup.batch = kBatch;
  setup.mode = Tape::Mode::kTraining;
  LanguageModel network(cpu_device(), shape, setup, parameters);
  Rng rng(0, stream::kTests);
  for (std::span<int> side : {network.tokens(), network.targets()})
    for (int& token : side) token = static_cast<int>(rng.below(shape.vocabulary));
  OptimiserSettings settings;
  settings.kind = "adamw";
  settings.learning_rate = 1e-3f;
  settings.weight_decay = 0.01f;
  Optimiser optimiser(parameters.values().size());
  return median_milliseconds([&] {
    network.forward();
    network.backward();
    optimiser.step(settings, settings.learning_rate, parameters.values(), parameters.gradients());
  });
}

}  // namespace lab
