#include "core/measure/workloads.h"

#include <vector>

#include "core/base/parallel.h"
#include "core/base/simd.h"
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

constexpr int kW2Batch = 16;
constexpr int64_t kPasses = 3;  // forward, and two on the way back

// The linear layers of all rows, and attention.
int64_t encoder_multiply_adds(const EncoderShape& e, const TileMap& map, int batch) {
  const int64_t rows = int64_t{batch} * map.queries(), linear = int64_t{e.width} * (4 * e.width + 2 * e.mlp);
  const int64_t pairs = map.pairs() * batch;
  return kPasses * e.layers * (rows * linear + 2 * pairs * e.width);
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

double measure_w1_step(Device& device) {
  Trainer trainer(w1(), noise_pictures(1024), device);
  return median_milliseconds([&] { trainer.step(); });
}

double measure_w1_single_picture(Device& device) {
  const Experiment experiment = w1();
  const DatasetPtr data = noise_pictures(64);
  Trainer trainer(experiment, data, device);
  VisionTransformer network(device, trainer.shape(), {}, trainer.parameters(0));
  for (float& pixel : network.pixels()) pixel = 0.5f;
  return median_milliseconds([&] { network.forward(); });
}

double measure_w2_step(Device& device) {
  const LanguageModelShape shape;  // the defaults are W2's
  const std::vector<ParameterSpec> specs = parameter_specs(shape);
  ParameterSet parameters(specs);
  parameters.initialise(specs, 0);
  ModelSetup setup;
  setup.batch = kW2Batch;
  setup.mode = Tape::Mode::kTraining;
  parameters.attach(&device);
  LanguageModel network(device, shape, setup, parameters);
  Rng rng(0, stream::kTests);
  for (std::span<int> side : {network.tokens(), network.targets()})
    for (int& token : side) token = static_cast<int>(rng.below(shape.vocabulary));
  OptimiserSettings settings;
  settings.kind = "adamw";
  settings.learning_rate = 1e-3f;
  settings.weight_decay = 0.01f;
  Optimiser optimiser(parameters.values().size(), device);
  return median_milliseconds([&] {
    network.start_forward();
    network.backward();
    optimiser.step(settings, settings.learning_rate, parameters.values(), parameters.gradients());
    network.loss();
  });
}

int64_t w1_multiply_adds() {
  const Experiment e = w1();
  const VisionTransformerShape shape{
      28, 28, e.model.patch, 10, {e.model.width, e.model.heads, e.model.layers, e.model.mlp}};
  const TileMap map(Pattern{}, shape.geometry());
  const int64_t rows = int64_t{e.batch} * shape.tokens();
  return encoder_multiply_adds(shape.encoder, map, e.batch) +
         kPasses * (rows * e.model.patch * e.model.patch + e.batch * shape.classes) * e.model.width;
}

int64_t w2_multiply_adds() {
  const LanguageModelShape shape;
  const TileMap map(parse_pattern("dense:causal"), shape.geometry());
  return encoder_multiply_adds(shape.encoder, map, kW2Batch) +
         kPasses * kW2Batch * shape.context * shape.vocabulary * shape.encoder.width;
}

}  // namespace lab
