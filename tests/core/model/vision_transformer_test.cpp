// The whole model against the oracle: the loss, and the gradient of every single parameter.

#include "core/model/vision_transformer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/tensors.h"
#include "tests/reference/vision_transformer.h"

namespace lab {
namespace {

using reference::Complex;
using reference::expect_close;
using reference::numbers;

VisionTransformerShape small_shape(const std::string& attention = "dense") {
  VisionTransformerShape shape;
  shape.encoder.attention = parse_allocation(attention);
  shape.picture_height = 4;
  shape.picture_width = 6;
  shape.patch = 2;
  shape.classes = 3;
  shape.encoder.width = 6;
  shape.encoder.heads = 2;
  shape.encoder.layers = 2;
  shape.encoder.mlp = 5;
  return shape;
}

// A model with random weights and one batch, run forward and backward.
struct Trained {
  Trained(const std::string& attention, Kernel kernel, float smoothing)
      : shape(small_shape(attention)), specs(parameter_specs(shape)), parameters(specs) {
    knobs.label_smoothing = smoothing;
    for (Parameter& parameter : parameters.all())
      for (float& value : parameter.value) value = 0.5f * inputs.rng().normal();
    ModelSetup setup;
    setup.batch = kBatch;
    setup.mode = Tape::Mode::kTraining;
    setup.knobs = &knobs;
    setup.kernel = kernel;
    network = std::make_unique<VisionTransformer>(cpu_device(), shape, setup, parameters);
    for (float& pixel : network->pixels()) pixel = inputs.rng().uniform();
    const std::vector<int> classes = inputs.classes(kBatch, shape.classes);
    std::copy(classes.begin(), classes.end(), network->targets().begin());
    for (int run = 0; run < 2; ++run) {  // the second over the first's leftovers
      loss = network->forward();
      network->backward();
    }
  }

  static constexpr int kBatch = 3;
  VisionTransformerShape shape;
  reference::Inputs inputs{1};
  std::vector<ParameterSpec> specs;
  ParameterSet parameters;
  TrainingKnobs knobs;
  std::unique_ptr<VisionTransformer> network;
  float loss = 0;
};

class WholeModel : public testing::TestWithParam<std::tuple<const char*, Kernel>> {};

TEST_P(WholeModel, LossAndEveryGradientAreTheOracles) {
  const auto [pattern, kernel] = GetParam();
  constexpr float kSmoothing = 0.1f;
  const Trained trained(pattern, kernel, kSmoothing);
  const auto pixels = reference::as_complex(numbers(trained.network->pixels()));
  std::map<std::string, std::vector<Complex>> values;
  for (const Parameter& parameter : trained.parameters.all())
    values[parameter.name] = reference::as_complex(numbers(parameter.value));
  const reference::VisionTransformer<Complex> oracle(trained.shape, trained.network->encoder().maps(), values);
  const auto loss = [&] { return oracle.loss(pixels, trained.network->targets(), kSmoothing); };
  EXPECT_NEAR(trained.loss, loss().real(), 1e-5);
  for (const Parameter& parameter : trained.parameters.all()) {
    std::vector<Complex>& at = values[parameter.name];
    const auto with = [&](const std::vector<Complex>& x) {
      at = x;
      return std::vector<Complex>{loss()};
    };
    const std::vector<double> start = numbers(parameter.value);
    expect_close(parameter.gradient.tensor, reference::pull_back(with, start, {1}), parameter.name, 3e-6);
    at = reference::as_complex(start);
  }
}

INSTANTIATE_TEST_SUITE_P(Patterns, WholeModel,
                         testing::Combine(testing::Values("dense", "local:window=1", "block:block=2", "shifted:block=2",
                                                          "dense+local:window=1,heads=1",
                                                          "bigbird:random=1+block:block=2,layers=2,heads=2"),
                                          testing::Values(Kernel::kPairs, Kernel::kTiles)));

TEST(VisionTransformers, PairsPaintedForAnotherPictureAreRefused) {
  const VisionTransformerShape shape = small_shape("painted:mask=0-2/0-1/0.2");
  ParameterSet parameters(parameter_specs(shape));
  EXPECT_THROW(VisionTransformer(cpu_device(), shape, {}, parameters), Error);
}

TEST(VisionTransformers, WhatAScoreLearnsBelongsToTheHeadsThatHaveIt) {
  const auto learned = [](const std::string& attention) {
    std::vector<std::string> names;
    for (const ParameterSpec& spec : parameter_specs(small_shape(attention)))
      if (spec.name.find("score") != std::string::npos) names.push_back(spec.name);
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(learned("dense+local:window=1,heads=2"), Names{});
  EXPECT_EQ(learned("dense+dense:score=cosine,layers=2"), Names{"encoder.layers.1.self_attn.score_scale"});
  EXPECT_EQ(learned("dense+dense:score=cosine,heads=2"), (Names{"encoder.layers.0.self_attn.heads_2_2.score_scale",
                                                                "encoder.layers.1.self_attn.heads_2_2.score_scale"}));
}

TEST(VisionTransformers, ParametersAreNamedAndCountedAsInPyTorch) {
  const VisionTransformerShape usual;
  const ParameterSet parameters(parameter_specs(usual));
  EXPECT_EQ(parameters.all().size(), 8u + 12 * 2);
  EXPECT_EQ(parameters.count(), (16 + 1) * 64 + 64 + 50 * 64 +
                                    2 * (4 * 64 * 64 + 4 * 64 + 2 * 128 * 64 + 128 + 64 + 4 * 64) + 2 * 64 + 65 * 10);
  const auto has = [&](const std::string& name) {
    return std::any_of(parameters.all().begin(), parameters.all().end(),
                       [&](const Parameter& p) { return p.name == name; });
  };
  EXPECT_TRUE(has("encoder.layers.1.self_attn.in_proj_weight"));
  EXPECT_TRUE(has("encoder.norm.bias"));
}

}  // namespace
}  // namespace lab
