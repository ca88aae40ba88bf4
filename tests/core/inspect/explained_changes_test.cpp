// Explanations of a model whose attention a viewer has changed: they are of that very model. Its gradients against
// finite differences of the changed forward, integrated gradients against the changed answer they add up to, attention
// against what the changed model reads with.

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/device/cpu_device.h"
#include "core/inspect/explainer.h"
#include "core/inspect/text_explainer.h"

namespace lab {
namespace {

using What = Intervention::What;

constexpr int kTokens = 9, kLast = kTokens - 1;
EncoderShape layers(const char* lane = "dense") { return {16, 2, 2, 32, parse_allocation(lane)}; }

// Each kind of change, in some heads; the second head of the second layer adds nothing.
std::vector<Intervention> every_change() {
  return {
      {What::kTemperature, 0, 0, 1, 2.5f},  {What::kMask, 0, 0, -1, 1, -1, 4}, {What::kWeight, 0, 0, 1, 0.6f, kLast, 2},
      {What::kWeight, 0, 0, 1, 0.3f, 0, 3}, {What::kUniform, 0, 1, 0, 1},      {What::kOff, 0, 1, 1, 1}};
}

struct Case {
  const char* name;
  AnsweringShape shape;
  std::vector<ParameterSpec> specs;
  AskedText text;
  std::vector<Intervention> changes;
};

std::vector<Case> cases(const char* lane = "dense") {
  const TextClassifierShape classifier = {14, 14, 12, 6, true, layers(lane)};
  const LanguageModelShape writer = {14, 12, causal(layers(lane))};
  const TranslatorShape translator = {14, 14, 6, 12, 6, layers(lane)};
  std::vector<Intervention> all_three = every_change();
  all_three.push_back({What::kTemperature, 0, 1, -1, 3, -1, -1, Attending::kCross});
  all_three.push_back({What::kWeight, 0, 0, 1, 0.5f, 2, 6, Attending::kCross});
  all_three.push_back({What::kUniform, 0, 0, -1, 1, -1, -1, Attending::kAnswer});
  return {{"classifier",
           answering(classifier),
           parameter_specs(classifier),
           {{1, 5, 3, 9, 9, 4, 7, 2, 11}},
           every_change()},
          {"writer", answering(writer), parameter_specs(writer), {{5, 3, 9, 9, 4, 7, 2, 11, 6}}, every_change()},
          {"translator",
           answering(translator),
           parameter_specs(translator),
           {{1, 5, 3, 9, 4, 7, 8, 2, 10}, {1, 4, 3}},
           all_three}};
}

// What follows from initial weights is small: larger ones show errors better.
struct Weights : ParameterSet {
  explicit Weights(const std::vector<ParameterSpec>& specs) : ParameterSet(specs) {
    initialise(specs, 3);
    for (Parameter& parameter : all()) {
      const float times = parameter.name == "token_embed.weight" || parameter.name == "head.weight" ? 3 : 1;
      for (float& value : parameter.value) value *= times;
    }
  }
};

std::vector<float> whole() { return std::vector<float>(kTokens, 1.0f); }

double log_probability(AnswerNetwork& network, const Case& one, const std::vector<float>& shares, int answer) {
  network.put(0, one.text, shares);
  network.forward();
  return std::log(static_cast<double>(network.probabilities()[answer]));
}

/// d(log p)/d(share) of every token, by the way back …
std::vector<double> gradients(const Case& one, ParameterSet& weights, std::span<const Intervention> changes,
                              int answer) {
  const AnswerNetwork::Size size = {kTokens, static_cast<int>(one.text.answered.size())};
  AnswerNetwork network(one.shape, size, {.mode = Tape::Mode::kTraining, .changes = changes}, weights);
  log_probability(network, one, whole(), answer);
  network.backward(answer);
  std::vector<double> all;
  for (int token = 0; token < kTokens; ++token) {
    const auto d = network.gradient(0, token), e = network.embedding(one.text.tokens[token]);
    all.push_back(std::inner_product(d.begin(), d.end(), e.begin(), 0.0));
  }
  return all;
}

/// … and by moving it.
std::vector<double> differences(const Case& one, ParameterSet& weights, int answer) {
  const AnswerNetwork::Size size = {kTokens, static_cast<int>(one.text.answered.size())};
  AnswerNetwork network(one.shape, size, {.changes = one.changes}, weights);
  std::vector<double> all;
  for (int token = 0; token < kTokens; ++token) {
    const auto at = [&](float share) {
      std::vector<float> shares = whole();
      shares[token] = share;
      return log_probability(network, one, shares, answer);
    };
    const float by = 1.0f / 64;
    all.push_back((8 * (at(1 + by) - at(1 - by)) - (at(1 + 2 * by) - at(1 - 2 * by))) / (12 * by));
  }
  return all;
}

double furthest(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

TEST(ExplainedChanges, GradientsAreFiniteDifferencesOfTheChangedForward) {
  for (const char* lane : {"dense", "local:window=3", "dense:strategy=span", "dense:strategy=temperature",
                           "dense:score=cosine", "dense+dense:strategy=fixed_temperature,heads=2"})
    for (const Case& one : cases(lane)) {
      Weights weights(one.specs);
      for (const int answer : {0, 3}) {
        const std::vector<double> expected = differences(one, weights, answer);
        const double size = furthest(expected, std::vector<double>(kTokens));
        EXPECT_TRUE(furthest(gradients(one, weights, one.changes, answer), expected) <= 5e-3 * size)
            << one.name << " " << lane;
        EXPECT_GT(furthest(gradients(one, weights, {}, answer), expected), 0.05 * size) << "there is something to see";
      }
    }
}

TEST(ExplainedChanges, IntegratedGradientsAddUpToTheChangedAnswer) {
  for (const Case& one : cases()) {
    Weights weights(one.specs);
    TextExplainer explainer(one.shape, one.specs, one.changes), plain(one.shape, one.specs);
    explainer.take(weights), plain.take(weights);
    const Explanation& e = explainer.explain(one.text, 3);
    const Explanation::Way& way = e.ways[kIntegratedGradients];
    float total = 0, size = 0;
    for (const float part : way.relevance) total += part, size += std::abs(part);
    EXPECT_NEAR(total, std::log(way.remaining.front()) - std::log(way.remaining.back()), 0.02f * size) << one.name;

    const AnswerNetwork::Size sizes = {kTokens, static_cast<int>(one.text.answered.size())};
    AnswerNetwork network(one.shape, sizes, {.changes = one.changes}, weights);
    EXPECT_NEAR(std::log(way.remaining.front()), log_probability(network, one, whole(), 3), 1e-5);
    EXPECT_NEAR(e.by_layer[2 * one.shape.answers + 3], way.remaining.front(), 1e-5);
    const std::vector<float>& without = plain.explain(one.text, 3).ways[kIntegratedGradients].relevance;
    float apart = 0;
    for (int token = 0; token < static_cast<int>(without.size()); ++token)
      apart = std::max(apart, std::abs(without[token] - way.relevance[token]));
    EXPECT_GT(apart, 0.02f * size) << "there is something to see";
  }
}

// In the second layer one head looks everywhere alike, and the other nowhere.
TEST(ExplainedChanges, AttentionIsThatOfTheChangedModel) {
  for (const Case& one : cases()) {
    if (one.shape.translates) continue;
    Weights weights(one.specs);
    TextExplainer explainer(one.shape, one.specs, one.changes);
    explainer.take(weights);
    for (const float share : explainer.explain(one.text, 3).ways[kRawAttention].relevance)
      EXPECT_NEAR(share, 1.0f / kTokens, 1e-6) << one.name;
    AnswerNetwork network(one.shape, {kTokens, 0}, {.mode = Tape::Mode::kTraining, .changes = one.changes}, weights);
    log_probability(network, one, whole(), 3);
    const AnswerNetwork::Attention all = network.attention();
    const float* set = all.weights.data() + (1 * kTokens + kLast) * kTokens;  // layer 1, head 2, the last token
    EXPECT_NEAR(set[2], 0.6f, 1e-6);
    EXPECT_EQ(set[4], 0) << "masked";
    EXPECT_NEAR(std::accumulate(set, set + kTokens, 0.0f), 1, 1e-5);
  }
}

TEST(ExplainedChanges, OfPicturesToo) {
  VisionTransformerShape shape;
  shape.picture_height = shape.picture_width = 12;
  shape.classes = 4;
  shape.encoder = layers();
  ParameterSet weights(parameter_specs(shape));
  weights.initialise(parameter_specs(shape), 3);
  for (float& value : weights.values()) value *= 2;
  std::vector<uint8_t> picture(144);
  for (size_t i = 0; i < picture.size(); ++i) picture[i] = static_cast<uint8_t>(i * 37 % 256);
  const auto changes = every_change();
  VisionTransformer changed(cpu_device(), shape, {.changes = changes}, weights);
  const auto log_p = [&](float brightness) {
    for (size_t i = 0; i < picture.size(); ++i) changed.pixels()[i] = brightness * picture[i] / 255.0f;
    changed.forward();
    return std::log(changed.probabilities()[2]);
  };
  Explainer explainer(shape, changes), plain(shape);
  explainer.take(weights), plain.take(weights);
  const Explanation e = explainer.explain(picture, 2), without = plain.explain(picture, 2);
  const std::vector<float>& parts = e.ways[kIntegratedGradients].relevance;
  float size = 0;
  for (const float part : parts) size += std::abs(part);
  EXPECT_NEAR(std::accumulate(parts.begin(), parts.end(), 0.0f), log_p(1) - log_p(0), 0.02f * size);
  EXPECT_NEAR(std::log(e.at_random.front()), log_p(1), 1e-5);
  EXPECT_NEAR(std::log(e.at_random.back()), log_p(0), 1e-5);
  EXPECT_GT(std::abs(without.at_random.front() - e.at_random.front()), 1e-3f) << "there is something to see";
  for (const float share : e.ways[kRawAttention].relevance) EXPECT_NEAR(share, 0.1f, 1e-6);
}

}  // namespace
}  // namespace lab
