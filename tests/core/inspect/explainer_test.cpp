// Explanations against what must hold of them: gradients against a strategy that learns its weights, integrated
// gradients against the answer they add up to, deletion against the ends of its curve, and all of them against chance.

#include "core/inspect/explainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/data/tasks.h"
#include "core/device/cpu_device.h"
#include "core/inspect/gradient_attention.h"
#include "core/train/trainer.h"

namespace lab {
namespace {

VisionTransformerShape small_shape(const char* lane = "dense") {
  VisionTransformerShape shape;
  shape.picture_height = shape.picture_width = 12;
  shape.classes = 4;
  shape.encoder = {16, 2, 2, 32, parse_allocation(lane)};
  return shape;
}

std::vector<uint8_t> random_picture(const VisionTransformerShape& shape, uint64_t seed) {
  Rng rng(seed, stream::kTests);
  std::vector<uint8_t> picture(shape.picture_height * shape.picture_width);
  for (uint8_t& level : picture) level = static_cast<uint8_t>(rng.below(256));
  return picture;
}

// Initial weights are small, and so what follows from them: larger ones show errors better.
void initialise(ParameterSet& parameters, const VisionTransformerShape& shape) {
  parameters.initialise(parameter_specs(shape), 3);
  for (float& value : parameters.values()) value *= 2;
}

float log_probability(const VisionTransformerShape& shape, ParameterSet& parameters, std::span<const uint8_t> picture,
                      int answer) {
  VisionTransformer network(cpu_device(), shape, {}, parameters);
  for (size_t i = 0; i < picture.size(); ++i) network.pixels()[i] = picture[i] / 255.0f;
  network.forward();
  return std::log(network.probabilities()[answer]);
}

TEST(Explainer, IntegratedGradientsAddUpToTheAnswer) {
  float shown = 0;  // how much of the parts the sum is, so that there is something to see
  for (const char* lane : {"dense", "local:window=1", "dense:strategy=linear", "block:block=2,score=cosine"}) {
    const VisionTransformerShape shape = small_shape(lane);
    ParameterSet parameters(parameter_specs(shape));
    initialise(parameters, shape);
    Explainer explainer(shape);
    explainer.take(parameters);
    for (uint64_t seed = 1; seed < 4; ++seed) {
      const auto picture = random_picture(shape, seed);
      const Explanation e = explainer.explain(picture);
      const float all = log_probability(shape, parameters, picture, e.answer) -
                        log_probability(shape, parameters, std::vector<uint8_t>(picture.size()), e.answer);
      float total = 0, size = 0;
      for (const float part : e.ways[kIntegratedGradients].relevance) total += part, size += std::abs(part);
      EXPECT_NEAR(total, all, 0.02f * size) << lane;
      shown = std::max(shown, std::abs(all) / size);
    }
  }
  EXPECT_GT(shown, 0.3f);
}

// softmax(R) = w for learned logits R: dR = w·(dw − Σ w·dw), which the tape computes on its own.
TEST(Explainer, GradientsOfWeightsAreThoseThatLearnedWeightsFollow) {
  const VisionTransformerShape shape = small_shape("dense:strategy=synthesizer");
  ParameterSet parameters(parameter_specs(shape));
  initialise(parameters, shape);
  ModelSetup setup;
  setup.mode = Tape::Mode::kTraining;
  VisionTransformer network(cpu_device(), shape, setup, parameters);
  const auto picture = random_picture(shape, 2);
  for (size_t i = 0; i < picture.size(); ++i) network.pixels()[i] = picture[i] / 255.0f;
  network.forward(), network.backward();
  const std::vector<float> gradients = attention_gradients(network.tape(), shape.encoder);
  const int n = shape.tokens(), per_layer = 2 * n * n;
  for (int layer = 0; layer < 2; ++layer) {
    std::vector<float> weights(per_layer);
    network.encoder().attention(layer).weights({weights.data(), {1, 2, n, n}});
    const Tensor learned = parameters[encoder_layer(layer) + ".self_attn.strategy_logits"].gradient.tensor;
    float largest = 0;
    for (float number : learned) largest = std::max(largest, std::abs(number));
    ASSERT_GT(largest, 0);
    for (int row = 0; row < 2 * n; ++row) {
      const float *w = weights.data() + row * n, *dw = gradients.data() + layer * per_layer + row * n;
      const float mean = std::inner_product(w, w + n, dw, 0.0f);
      for (int j = 0; j < n; ++j) EXPECT_NEAR(learned[row * n + j], w[j] * (dw[j] - mean), 1e-5 * largest);
    }
  }
}

TEST(Explainer, GradientAttentionIsThePapersSum) {
  const std::vector<float> weights = {0.5f, 0.5f, 0.25f, 0.75f}, gradients = {2, -4, 4, 1};  // one layer, one head
  EXPECT_EQ(gradient_attention(weights, gradients, {1, 1, 2, 2}), (std::vector<float>{2, 0, 1, 1.75f}));
  std::vector<float> twice = weights, both = gradients;
  twice.insert(twice.end(), weights.begin(), weights.end()),
      both.insert(both.end(), gradients.begin(), gradients.end());
  // (1 + Ā)·(1 + Ā) with 1 + Ā = (2, 0; 1, 1.75)
  EXPECT_EQ(gradient_attention(twice, both, {2, 1, 2, 2}), (std::vector<float>{4, 0, 3.75f, 3.0625f}));
  EXPECT_THROW(gradient_attention(weights, gradients, {1, 1, 2, 3}), Error);
}

TEST(Explainer, DeletionBeginsWithThePictureAndEndsInBlack) {
  const VisionTransformerShape shape = small_shape();
  ParameterSet parameters(parameter_specs(shape));
  initialise(parameters, shape);
  Explainer explainer(shape);
  explainer.take(parameters);
  const auto picture = random_picture(shape, 4);
  const Explanation e = explainer.explain(picture);
  const float whole = std::exp(log_probability(shape, parameters, picture, e.answer));
  const float black = std::exp(log_probability(shape, parameters, std::vector<uint8_t>(picture.size()), e.answer));
  for (const Explanation::Way& way : e.ways) {
    EXPECT_EQ(way.relevance.size(), 9u);
    EXPECT_NEAR(way.remaining.front(), whole, 1e-5);
    EXPECT_NEAR(way.remaining.back(), black, 1e-5);
  }
  EXPECT_NEAR(e.at_random.front(), whole, 1e-5);
  EXPECT_NEAR(e.at_random.back(), black, 1e-5);
  ASSERT_EQ(e.by_layer.size(), 12u);
  EXPECT_NEAR(e.by_layer[8 + e.answer], whole, 1e-5);
  for (int row = 0; row < 3; ++row)
    EXPECT_NEAR(std::accumulate(&e.by_layer[row * 4], &e.by_layer[row * 4] + 4, 0.0f), 1, 1e-5);
}

TEST(Explainer, TheAreaIsTheMeanProbability) {
  std::array<float, kDeletions> remaining;
  remaining.fill(0.5f);
  EXPECT_NEAR(area_under(remaining), 0.5, 1e-6);
  for (int i = 0; i < kDeletions; ++i) remaining[i] = 1 - 0.1f * static_cast<float>(i);
  EXPECT_NEAR(area_under(remaining), 0.5, 1e-6);
}

// On a model that has learned, what integrated gradients and gradient × attention rank highest matters more than
// chance.
TEST(Explainer, GradientsBeatChanceOnALearnedModel) {
  Experiment experiment;
  experiment.task = "shapes";
  experiment.lanes = {parse_lane("dense")};
  experiment.model.width = 32, experiment.model.heads = 2, experiment.model.mlp = 64, experiment.model.patch = 7;
  const DatasetPtr data = load_task("shapes", "");
  Trainer trainer(experiment, data);
  for (int step = 0; step < 150; ++step) trainer.step();
  VisionTransformerShape shape = trainer.shape();
  shape.encoder.attention = experiment.lanes[0];
  Explainer explainer(shape);
  explainer.take(trainer.parameters(0));
  float chance = 0, gradients = 0, attention = 0;
  for (int picture = 0; picture < 20; ++picture) {
    const Explanation e = explainer.explain(data->test.picture(picture));
    chance += area_under(e.at_random);
    gradients += area_under(e.ways[kIntegratedGradients].remaining);
    attention += area_under(e.ways[kGradientAttention].remaining);
  }
  EXPECT_LT(gradients, 0.9f * chance);
  EXPECT_LT(attention, chance);
}

TEST(Explainer, RefusesWhatDoesNotFit) {
  Explainer explainer(small_shape());
  VisionTransformerShape other = small_shape();
  other.encoder.mlp = 16;
  EXPECT_THROW(explainer.take(ParameterSet(parameter_specs(other))), Error);
  EXPECT_THROW(explainer.explain(std::vector<uint8_t>(10)), Error);
}

}  // namespace
}  // namespace lab
