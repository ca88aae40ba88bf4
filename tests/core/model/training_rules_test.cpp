// Rules of training, wired into a whole model: the gradient is that of the task's loss and all terms together.

#include "core/model/training_rules.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/model/vision_transformer.h"
#include "tests/reference/tensors.h"

namespace lab {
namespace {

constexpr int kBatch = 3;

struct Model {
  Model(const std::string& attention, const TrainingKnobs& given) : knobs(given), shape(shape_of(attention)) {
    parameters = std::make_unique<ParameterSet>(parameter_specs(shape));
    for (Parameter& parameter : parameters->all())
      for (float& value : parameter.value) value = 0.4f * inputs.rng().normal();
    ModelSetup setup;
    setup.batch = kBatch;
    setup.mode = Tape::Mode::kTraining;
    setup.knobs = &knobs;
    network = std::make_unique<VisionTransformer>(cpu_device(), shape, setup, *parameters);
    for (float& pixel : network->pixels()) pixel = inputs.rng().uniform();
    const std::vector<int> classes = inputs.classes(kBatch, shape.classes);
    std::copy(classes.begin(), classes.end(), network->targets().begin());
  }
  static VisionTransformerShape shape_of(const std::string& attention) {
    VisionTransformerShape shape{4, 6, 2, 3, {}};
    shape.encoder = {8, 2, 2, 6, parse_allocation(attention)};
    return shape;
  }
  AttentionMeans means() const { return network->encoder().rules().means(); }
  double loss() {
    const double task = network->forward();
    const AttentionMeans m = means();
    return task + knobs.squares_penalty * m.squares + knobs.entropy_penalty * m.entropy +
           knobs.guidance.weight * m.divergence;
  }

  reference::Inputs inputs{3};
  TrainingKnobs knobs;
  VisionTransformerShape shape;
  std::unique_ptr<ParameterSet> parameters;
  std::unique_ptr<VisionTransformer> network;
};

TrainingKnobs all_knobs() {
  TrainingKnobs knobs;
  knobs.attention_dropout = 0.2f;
  knobs.squares_penalty = 2;
  knobs.entropy_penalty = -0.7f;
  knobs.guidance = {1.5f, true, {}, {}, std::vector<float>(kBatch * 7, 0)};
  for (int key : {2, 5, 8, 10, 19}) knobs.guidance.targets[key] = 1;
  knobs.step = 4;
  return knobs;
}

// Along the gradient the loss rises by the gradient's square.
void expect_gradient_of_all_terms(const std::string& attention, const TrainingKnobs& knobs) {
  SCOPED_TRACE(attention);
  Model model(attention, knobs);
  model.loss();
  model.network->backward();
  const std::span<float> values = model.parameters->values(), gradients = model.parameters->gradients();
  const std::vector<float> start(values.begin(), values.end()), direction(gradients.begin(), gradients.end());
  double square = 0;
  for (const float d : direction) square += double{d} * d;
  const double step = 3e-3 / std::sqrt(square);
  const auto at = [&](double by) {
    for (size_t i = 0; i < start.size(); ++i) values[i] = start[i] + static_cast<float>(by * direction[i]);
    return model.loss();
  };
  const double slope = (at(step) - at(-step)) / (2 * step);
  EXPECT_NEAR(slope / square, 1, 5e-3);
}

TEST(TrainingRules, TheGradientIsOfTheTaskAndEveryTerm) {
  for (const char* attention :
       {"dense", "local:window=1", "dense:score=cosine+local:window=1,heads=1", "dense:score=additive",
        "dense:strategy=top_k,k=6", "dense:strategy=temperature+dense:strategy=span,layers=2"}) {
    for (const float dropout : {0.0f, 0.2f}) {
      TrainingKnobs knobs = all_knobs();
      knobs.attention_dropout = dropout;
      expect_gradient_of_all_terms(attention, knobs);
    }
  }
  TrainingKnobs some = all_knobs();
  some.guidance.layers = {2, 2};
  some.guidance.heads = {1, 1};
  some.guidance.all_queries = false;
  expect_gradient_of_all_terms("dense+local:window=1,heads=2", some);
}

TEST(TrainingRules, MeansAreOverAllHeadsHoweverTheyAreGrouped) {
  Model alike("dense", all_knobs()), apart("dense+dense:global=1,heads=2", all_knobs());  // the same pairs
  alike.knobs.attention_dropout = apart.knobs.attention_dropout = 0;
  alike.loss(), apart.loss();
  EXPECT_NEAR(alike.means().squares, apart.means().squares, 1e-6);
  EXPECT_NEAR(alike.means().entropy, apart.means().entropy, 1e-6);
  EXPECT_NEAR(alike.means().divergence, apart.means().divergence, 1e-6);
  EXPECT_NEAR(alike.means().on_target, apart.means().on_target, 1e-6);
  EXPECT_GT(alike.means().entropy, 0.1);
}

TEST(TrainingRules, WhatWasDroppedIsToldByHead) {
  TrainingKnobs knobs = all_knobs();
  knobs.attention_dropout = 0.5f;
  Model model("dense+local:window=1,heads=2", knobs);
  model.loss();
  const std::vector<uint8_t> dropped = model.network->encoder().rules().dropped();
  ASSERT_EQ(dropped.size(), size_t{2 * 2 * 7 * 7});
  const std::vector<LayerMaps>& maps = model.network->encoder().maps();
  std::vector<int> counts(4);
  for (int part = 0; part < 4; ++part)
    for (int pair = 0; pair < 49; ++pair) {
      counts[part] += dropped[part * 49 + pair];
      const bool exists = maps[part / 2].heads[part % 2]->exists(pair / 7, pair % 7);
      EXPECT_LE(dropped[part * 49 + pair], exists ? 1 : 0);
    }
  for (const int count : counts) EXPECT_GT(count, 5);
  EXPECT_LT(counts[1], counts[0]);  // the local head has fewer pairs to drop
}

TEST(TrainingRules, StrategiesWithoutScoresRefuse) {
  for (const char* attention : {"dense:strategy=linear", "dense:strategy=uniform"})
    EXPECT_THROW(Model(attention, all_knobs()), Error);
}

}  // namespace
}  // namespace lab
