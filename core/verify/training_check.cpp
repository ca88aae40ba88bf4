// A whole model, trained from given weights on given batches.

#include <algorithm>

#include "core/base/error.h"
#include "core/model/language_model.h"
#include "core/model/translator.h"
#include "core/model/vision_transformer.h"
#include "core/train/optimiser.h"
#include "core/verify/checks.h"

namespace lab {

namespace {

constexpr double kFinalTolerance = 2e-3;
constexpr int kWidest = 1 << 16, kMostLayers = 1000;

EncoderShape read_encoder(ReferenceCase& reference) {
  EncoderShape shape;
  shape.width = reference.whole("width", 1, kWidest);
  shape.heads = reference.whole("heads", 1, kWidest);
  shape.layers = reference.whole("layers", 1, kMostLayers);
  shape.mlp = reference.whole("mlp", 1, kWidest);
  if (shape.width % shape.heads != 0)
    throw Error("A width of {} cannot be shared by {} heads.", shape.width, shape.heads);
  return shape;
}

// The shape of a tensor that holds the batches of all steps.
Shape batches_shape(ReferenceCase& reference, std::string_view name, int rank, std::string_view axes) {
  const Shape shape = reference.shape(name);
  if (shape.rank() != rank) throw Error("The tensor {} is {}; it must be {}.", name, shape.text(), axes);
  const int steps = reference.whole("steps", 1, 1 << 20);
  if (steps != shape[0]) throw Error("The setting steps is {}; the tensor {} has {}.", steps, name, shape[0]);
  return shape;
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

ModelSetup training_setup(int64_t batch, Kernel kernel) {
  ModelSetup setup;
  setup.batch = static_cast<int>(batch);
  setup.mode = Tape::Mode::kTraining;
  setup.kernel = kernel;
  return setup;
}

void load_initial(ReferenceCase& reference, ParameterSet& parameters) {
  for (Parameter& parameter : parameters.all()) {
    const Tensor initial = reference.tensor("init." + parameter.name, parameter.value.shape);
    std::copy(initial.begin(), initial.end(), parameter.value.begin());
  }
}

// Trains the network, whose inputs fill(step) sets, and compares what becomes of it.
template <class Network, class Fill>
void train(ReferenceCase& reference, Network& network, ParameterSet& parameters, int64_t steps, const Fill& fill) {
  const OptimiserSettings settings = read_optimiser(reference, reference.text("optimizer"));
  const Tensor losses = reference.zeros({steps});
  Optimiser optimiser(parameters.values().size(), reference.device());
  for (int64_t step = 0; step < steps; ++step) {
    fill(step);
    losses[step] = network.forward();
    network.backward();
    optimiser.step(settings, settings.learning_rate, parameters.values(), parameters.gradients());
  }
  reference.device().upload(losses);
  reference.compare("loss", losses, kTolerance);
  const std::span<float> values = parameters.values();
  reference.device().download({values.data(), {static_cast<int64_t>(values.size())}});
  for (const Parameter& parameter : parameters.all()) compare_final(reference, parameter);
}

void check_vision_transformer(ReferenceCase& reference, Kernel kernel) {
  const Shape all = batches_shape(reference, "images", 4, "[steps, B, height, width]");
  const int64_t steps = all[0], batch = all[1];
  const std::vector<int> images = reference.integers("images", all, 0, 255);
  VisionTransformerShape shape;
  shape.patch = reference.whole("patch", 1, kWidest);
  shape.classes = reference.whole("classes", 1, kWidest);
  shape.encoder = read_encoder(reference);
  shape.encoder.attention.pattern = read_pattern(reference);
  shape.picture_height = static_cast<int>(all[2]);
  shape.picture_width = static_cast<int>(all[3]);
  if (shape.picture_height % shape.patch != 0 || shape.picture_width % shape.patch != 0)
    throw Error("Pictures of {} × {} cannot be cut into patches of {} pixels.", shape.picture_height,
                shape.picture_width, shape.patch);
  const std::vector<int> labels = reference.integers("labels", {steps, batch}, 0, shape.classes - 1);
  const float pixel_scale = reference.number("pixel_scale", 0, 1000);
  const std::vector<ParameterSpec> specs = parameter_specs(shape);
  check_initial(reference, specs);
  ParameterSet parameters(specs);
  load_initial(reference, parameters);
  parameters.attach(&reference.device());
  VisionTransformer network(reference.device(), shape, training_setup(batch, kernel), parameters);
  const int64_t pixels = network.pixels().count();
  train(reference, network, parameters, steps, [&](int64_t step) {
    std::transform(images.begin() + step * pixels, images.begin() + (step + 1) * pixels, network.pixels().begin(),
                   [&](int pixel) { return static_cast<float>(pixel) * pixel_scale; });
    std::copy_n(labels.begin() + step * batch, batch, network.targets().begin());
  });
}

// Each text of context + 1 tokens is read without its last and predicted without its first.
void check_language_model(ReferenceCase& reference, Kernel kernel) {
  const Shape all = batches_shape(reference, "tokens", 3, "[steps, B, context + 1]");
  const int64_t steps = all[0], batch = all[1], length = all[2];
  LanguageModelShape shape;
  shape.context = reference.whole("context", 1, kWidest);
  shape.vocabulary = reference.whole("vocab", 1, kWidest);
  shape.encoder = causal(read_encoder(reference));
  if (length != shape.context + 1)
    throw Error("The tensor tokens is {}; a context of {} needs texts of {}.", all.text(), shape.context,
                shape.context + 1);
  const std::vector<int> texts = reference.integers("tokens", all, 0, shape.vocabulary - 1);
  const std::vector<ParameterSpec> specs = parameter_specs(shape);
  check_initial(reference, specs);
  ParameterSet parameters(specs);
  load_initial(reference, parameters);
  parameters.attach(&reference.device());
  LanguageModel network(reference.device(), shape, training_setup(batch, kernel), parameters);
  train(reference, network, parameters, steps, [&](int64_t step) {
    for (int64_t b = 0; b < batch; ++b) {
      const auto text = texts.begin() + (step * batch + b) * length;
      std::copy_n(text, shape.context, network.tokens().begin() + b * shape.context);
      std::copy_n(text + 1, shape.context, network.targets().begin() + b * shape.context);
    }
  });
}

// Each target of N + 1 tokens is read without its last and predicted without its first.
void check_translator(ReferenceCase& reference, Kernel kernel) {
  const Shape sources_shape = batches_shape(reference, "source", 3, "[steps, B, source tokens]");
  const Shape targets_shape = batches_shape(reference, "target", 3, "[steps, B, target tokens + 1]");
  const int64_t steps = sources_shape[0], batch = sources_shape[1], length = targets_shape[2];
  if (targets_shape[1] != batch)
    throw Error("The tensors source and target are {} and {}; their batches must be alike.", sources_shape.text(),
                targets_shape.text());
  TranslatorShape shape;
  shape.context = reference.whole("context", 1, kWidest);
  shape.source_tokens = static_cast<int>(std::min<int64_t>(sources_shape[2], kWidest));
  shape.target_tokens = static_cast<int>(std::min<int64_t>(length - 1, kWidest));
  shape.source_vocabulary = reference.whole("source_vocab", 1, kWidest);
  shape.target_vocabulary = reference.whole("target_vocab", 1, kWidest);
  shape.layers = read_encoder(reference);
  const std::vector<int> sources = reference.integers("source", sources_shape, 0, shape.source_vocabulary - 1);
  const std::vector<int> targets = reference.integers("target", targets_shape, 0, shape.target_vocabulary - 1);
  const std::vector<ParameterSpec> specs = parameter_specs(shape);
  check_initial(reference, specs);
  ParameterSet parameters(specs);
  load_initial(reference, parameters);
  parameters.attach(&reference.device());
  Translator network(reference.device(), shape, training_setup(batch, kernel), parameters);
  train(reference, network, parameters, steps, [&](int64_t step) {
    std::copy_n(sources.begin() + step * batch * shape.source_tokens, network.source().size(),
                network.source().begin());
    for (int64_t b = 0; b < batch; ++b) {
      const auto target = targets.begin() + (step * batch + b) * length;
      std::copy_n(target, length - 1, network.target().begin() + b * (length - 1));
      std::copy_n(target + 1, length - 1, network.expected().begin() + b * (length - 1));
    }
  });
}

struct Model {
  std::string_view name;
  void (*check)(ReferenceCase&, Kernel);
};
constexpr Model kModels[] = {
    {"vit", check_vision_transformer}, {"lm", check_language_model}, {"seq2seq", check_translator}};

}  // namespace

void check_training(ReferenceCase& reference, Kernel kernel) {
  const std::string name = reference.text("model");
  std::string known;
  for (const Model& model : kModels) {
    if (model.name == name) return model.check(reference, kernel);
    known += (known.empty() ? "" : ", ") + std::string(model.name);
  }
  throw Error("Training the model {} is not supported yet; these are: {}.", name, known);
}

}  // namespace lab
