// A whole model, trained from given weights on given batches.

#include <algorithm>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/model/vision_transformer.h"
#include "core/train/optimiser.h"
#include "core/verify/checks.h"

namespace lab {

namespace {

constexpr double kFinalTolerance = 2e-3;
constexpr int kWidest = 1 << 16, kMostLayers = 1000;

struct Batches {
  int64_t steps, size, height, width;
  std::vector<int> images;  // [steps, B, height, width]
  std::vector<int> labels;  // [steps, B]
};

Batches read_batches(ReferenceCase& reference, int classes) {
  const Shape shape = reference.shape("images");
  if (shape.rank() != 4) throw Error("The tensor images is {}; it must be [steps, B, height, width].", shape.text());
  Batches batches{shape[0], shape[1], shape[2], shape[3], reference.integers("images", shape, 0, 255),
                  reference.integers("labels", {shape[0], shape[1]}, 0, classes - 1)};
  const int steps = reference.whole("steps", 1, 1 << 20);
  if (steps != batches.steps) throw Error("The setting steps is {}; the tensor images has {}.", steps, batches.steps);
  return batches;
}

VisionTransformerShape read_shape(ReferenceCase& reference) {
  VisionTransformerShape shape;
  shape.patch = reference.whole("patch", 1, kWidest);
  shape.encoder.width = reference.whole("width", 1, kWidest);
  shape.encoder.heads = reference.whole("heads", 1, kWidest);
  shape.encoder.layers = reference.whole("layers", 1, kMostLayers);
  shape.encoder.mlp = reference.whole("mlp", 1, kWidest);
  shape.classes = reference.whole("classes", 1, kWidest);
  if (shape.encoder.width % shape.encoder.heads != 0)
    throw Error("A width of {} cannot be shared by {} heads.", shape.encoder.width, shape.encoder.heads);
  return shape;
}

void set_pictures(VisionTransformerShape& shape, const Batches& batches) {
  shape.picture_height = static_cast<int>(batches.height);
  shape.picture_width = static_cast<int>(batches.width);
  if (shape.picture_height % shape.patch != 0 || shape.picture_width % shape.patch != 0)
    throw Error("Pictures of {} × {} cannot be cut into patches of {} pixels.", shape.picture_height,
                shape.picture_width, shape.patch);
}

// Every tensor is read, and so its size checked, before memory for the model is taken.
void check_initial(ReferenceCase& reference, const std::vector<ParameterSpec>& specs) {
  for (const ParameterSpec& spec : specs) reference.tensor("init." + spec.name, spec.shape);
}

std::vector<float> without_keys(Tensor in_proj_bias) {
  const int64_t width = in_proj_bias.count() / 3;
  std::vector<float> kept(in_proj_bias.begin(), in_proj_bias.begin() + width);
  kept.insert(kept.end(), in_proj_bias.begin() + 2 * width, in_proj_bias.end());
  return kept;
}

// One vector added to every key shifts all scores of a query alike: the keys' bias has no true gradient, and
// what Adam makes of its rounding noise says nothing.
void compare_final(ReferenceCase& reference, const Parameter& parameter) {
  const std::string name = "final." + parameter.name;
  if (parameter.name.ends_with("in_proj_bias"))
    reference.compare(name, without_keys(reference.tensor(name, parameter.value.shape)), without_keys(parameter.value),
                      kFinalTolerance);
  else
    reference.compare(name, parameter.value, kFinalTolerance);
}

Tensor train(ReferenceCase& reference, VisionTransformer& network, ParameterSet& parameters, const Batches& batches) {
  const OptimiserSettings settings = read_optimiser(reference, reference.text("optimizer"));
  const float pixel_scale = reference.number("pixel_scale", 0, 1);
  const Tensor losses = reference.zeros({batches.steps});
  Optimiser optimiser(parameters.values().size());
  const int64_t pixels = network.pixels().count();
  for (int64_t step = 0; step < batches.steps; ++step) {
    std::transform(batches.images.begin() + step * pixels, batches.images.begin() + (step + 1) * pixels,
                   network.pixels().begin(), [&](int pixel) { return static_cast<float>(pixel) * pixel_scale; });
    std::copy_n(batches.labels.begin() + step * batches.size, batches.size, network.targets().begin());
    losses[step] = network.forward();
    network.backward();
    optimiser.step(settings, settings.learning_rate, parameters.values(), parameters.gradients());
  }
  return losses;
}

}  // namespace

void check_training(ReferenceCase& reference, Kernel kernel) {
  const std::string model = reference.text("model");
  if (model != "vit") throw Error("Training the model {} is not supported yet; only vit is.", model);
  VisionTransformerShape shape = read_shape(reference);
  const Batches batches = read_batches(reference, shape.classes);
  set_pictures(shape, batches);
  const std::vector<ParameterSpec> specs = parameter_specs(shape);
  check_initial(reference, specs);
  ParameterSet parameters(specs);
  for (Parameter& parameter : parameters.all()) {
    const Tensor initial = reference.tensor("init." + parameter.name, parameter.value.shape);
    std::copy(initial.begin(), initial.end(), parameter.value.begin());
  }
  ModelSetup setup;
  setup.map = std::make_shared<TileMap>(read_pattern(reference), shape.geometry());
  setup.batch = static_cast<int>(batches.size);
  setup.mode = Tape::Mode::kTraining;
  setup.kernel = kernel;
  VisionTransformer network(cpu_device(), shape, setup, parameters);
  reference.compare("loss", train(reference, network, parameters, batches), kTolerance);
  for (const Parameter& parameter : parameters.all()) compare_final(reference, parameter);
}

}  // namespace lab
