// The language model against the oracle: the loss, and the gradient of every single parameter.

#include "core/model/language_model.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/language_model.h"
#include "tests/reference/tensors.h"

namespace lab {
namespace {

using reference::Complex;
using reference::expect_close;
using reference::numbers;

constexpr int kBatch = 2;

// Without a pattern dense and causal.
LanguageModelShape small_shape(const std::string& attention) {
  LanguageModelShape shape{5, 7, causal({6, 2, 2, 5})};
  if (!attention.empty()) shape.encoder.attention = parse_allocation(attention);
  return shape;
}

ModelSetup training_setup() {
  ModelSetup setup;
  setup.batch = kBatch;
  setup.mode = Tape::Mode::kTraining;
  return setup;
}

// A small model with random weights and texts.
struct Small {
  explicit Small(const std::string& pattern, float smoothing = 0, Kernel kernel = Kernel::kAutomatic)
      : shape(small_shape(pattern)), parameters(parameter_specs(shape)) {
    knobs.label_smoothing = smoothing;
    for (Parameter& parameter : parameters.all())
      for (float& value : parameter.value) value = 0.5f * inputs.rng().normal();
    ModelSetup setup = training_setup();
    setup.knobs = &knobs;
    setup.kernel = kernel;
    network = std::make_unique<LanguageModel>(cpu_device(), shape, setup, parameters);
    for (std::span<int> side : {network->tokens(), network->targets()})
      for (int& token : side) token = static_cast<int>(inputs.rng().below(shape.vocabulary));
  }

  LanguageModelShape shape;
  reference::Inputs inputs{1};
  ParameterSet parameters;
  TrainingKnobs knobs;
  std::unique_ptr<LanguageModel> network;
};

class WholeLanguageModel : public testing::TestWithParam<std::tuple<const char*, Kernel>> {};

TEST_P(WholeLanguageModel, LossAndEveryGradientAreTheOracles) {
  const auto [pattern, kernel] = GetParam();
  constexpr float kSmoothing = 0.1f;
  Small small(pattern, kSmoothing, kernel);
  float loss = 0;
  for (int run = 0; run < 2; ++run) {  // the second over the first's leftovers
    loss = small.network->forward();
    small.network->backward();
  }
  std::map<std::string, std::vector<Complex>> values;
  for (const Parameter& parameter : small.parameters.all())
    values[parameter.name] = reference::as_complex(numbers(parameter.value));
  const auto maps =
      make_layer_maps(parse_allocation(*pattern ? pattern : "dense:causal"), small.shape.geometry(), 2, 2);
  const reference::LanguageModel<Complex> oracle(small.shape, maps, values);
  const auto true_loss = [&] { return oracle.loss(small.network->tokens(), small.network->targets(), kSmoothing); };
  EXPECT_NEAR(loss, true_loss().real(), 1e-5);
  for (const Parameter& parameter : small.parameters.all()) {
    std::vector<Complex>& at = values[parameter.name];
    const auto with = [&](const std::vector<Complex>& x) {
      at = x;
      return std::vector<Complex>{true_loss()};
    };
    const std::vector<double> start = numbers(parameter.value);
    expect_close(parameter.gradient.tensor, reference::pull_back(with, start, {1}), parameter.name, 3e-6);
    at = reference::as_complex(start);
  }
}

INSTANTIATE_TEST_SUITE_P(Patterns, WholeLanguageModel,
                         testing::Combine(testing::Values("", "dense", "local:window=1,causal", "block:block=2",
                                                          "strided:stride=3,causal+dense:causal,heads=2"),
                                          testing::Values(Kernel::kPairs, Kernel::kTiles)));

TEST(LanguageModels, PredictionsDoNotKnowLaterTokens) {
  Small small("");
  const auto prediction = [&](int place) {
    const float* first = small.network->probabilities().data + place * small.shape.vocabulary;
    return std::vector<float>(first, first + small.shape.vocabulary);
  };
  small.network->forward();
  const std::vector<float> before = prediction(2), later = prediction(3);
  int& token = small.network->tokens()[3];
  token = (token + 1) % small.shape.vocabulary;
  small.network->forward();
  EXPECT_EQ(prediction(2), before);
  EXPECT_NE(prediction(3), later);
}

TEST(LanguageModels, RefuseTokensOutsideTheVocabularyAndPairsPaintedForAnotherLength) {
  Small small("");
  for (std::span<int> side : {small.network->tokens(), small.network->targets()})
    for (int outside : {-1, small.shape.vocabulary}) {
      const int before = std::exchange(side[3], outside);
      EXPECT_THROW(small.network->forward(), Error);
      side[3] = before;
    }
  EXPECT_NO_THROW(small.network->forward());
  const LanguageModelShape other = small_shape("painted:mask=0-1/0-1");
  EXPECT_THROW(LanguageModel(cpu_device(), other, {}, small.parameters), Error);
}

TEST(LanguageModels, ParametersAreNamedAndCountedAsInPyTorch) {
  const ParameterSet parameters(parameter_specs(LanguageModelShape{}));
  EXPECT_EQ(parameters.all()[0].name, "token_embed.weight");
  EXPECT_EQ(parameters.all()[1].name, "position");
  EXPECT_EQ(
      parameters.count(),
      96 * 128 + 128 * 128 + 4 * (4 * 128 * 128 + 4 * 128 + 2 * 512 * 128 + 512 + 128 + 4 * 128) + 2 * 128 + 129 * 96);
}

}  // namespace
}  // namespace lab
