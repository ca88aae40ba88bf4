// The encoder–decoder: who may know of whom, and what it refuses. Its numbers are held to PyTorch's by the
// reference case train_seq2seq.

#include "core/model/translator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

// A small translator with random weights and texts.
struct Small {
  explicit Small(float dropout = 0, Tape::Mode mode = Tape::Mode::kTraining) : parameters(parameter_specs(shape)) {
    parameters.initialise(parameter_specs(shape), 3);
    knobs.dropout = dropout;
    ModelSetup setup;
    setup.batch = 2;
    setup.mode = mode;
    setup.knobs = &knobs;
    network = std::make_unique<Translator>(cpu_device(), shape, setup, parameters);
    Rng rng(5, stream::kParameters);
    for (int& token : network->source()) token = static_cast<int>(rng.below(shape.source_vocabulary));
    for (std::span<int> side : {network->target(), network->expected()})
      for (int& token : side) token = static_cast<int>(rng.below(shape.target_vocabulary));
  }
  std::vector<float> prediction(int place) {
    network->forward();
    const float* first = network->probabilities().data + place * shape.target_vocabulary;
    return {first, first + shape.target_vocabulary};
  }

  TranslatorShape shape{9, 6, 5, 7, 8, {8, 2, 2, 12}};
  TrainingKnobs knobs;
  ParameterSet parameters;
  std::unique_ptr<Translator> network;
};

void change(int& token, int vocabulary) { token = (token + 1) % vocabulary; }

TEST(Translators, KnowTheTargetUpToHereAndTheWholeSource) {
  Small small;
  const std::vector<float> before = small.prediction(2);
  change(small.network->target()[3], small.shape.target_vocabulary);
  EXPECT_EQ(small.prediction(2), before);  // a later target token
  change(small.network->target()[1], small.shape.target_vocabulary);
  EXPECT_NE(small.prediction(2), before);  // an earlier one
  const std::vector<float> then = small.prediction(2);
  change(small.network->source()[5], small.shape.source_vocabulary);
  EXPECT_NE(small.prediction(2), then);  // the last of the source
}

TEST(Translators, OtherTextsOfTheBatchDoNotMatter) {
  Small small;
  const std::vector<float> before = small.prediction(2);
  change(small.network->source()[6], small.shape.source_vocabulary);
  change(small.network->target()[5], small.shape.target_vocabulary);
  EXPECT_EQ(small.prediction(2), before);
}

TEST(Translators, PositionsBeyondTheTextsLearnNothing) {
  Small small;
  small.network->forward();
  small.network->backward();
  for (const auto& [name, tokens] : {std::pair{"source_position", 6}, std::pair{"target_position", 5}}) {
    const Tensor gradient = small.parameters[name].gradient.tensor;
    const int used = tokens * small.shape.layers.width;
    for (int i = 0; i < gradient.count(); ++i) EXPECT_EQ(gradient[i] != 0, i < used) << name << ", number " << i;
  }
}

// As torch.nn.TransformerDecoderLayer drops.
constexpr struct {
  const char *in, *dropped;
} kDropped[] = {{"self_attn.out_proj", "dropout1"},
                {"multihead_attn.out_proj", "dropout2"},
                {"gelu", "dropout"},
                {"linear2", "dropout3"}};

TEST(TranslatorDropout, FollowsBothAttentionsTheGeluAndTheLastLayer) {
  Small small(0.25f);
  small.network->forward();
  int64_t dropped = 0, all = 0;
  for (int layer = 0; layer < 2; ++layer)
    for (const auto& [in, out] : kDropped) {
      const std::string name = decoder_layer(layer) + ".";
      const Tensor x = small.network->tape().find(name + in).value, y = small.network->tape().find(name + out).value;
      ASSERT_EQ(x.shape, y.shape) << out;
      for (int64_t i = 0; i < x.count(); ++i) {
        EXPECT_TRUE(y[i] == 0 || y[i] == x[i] * (1 / 0.75f)) << out << ", number " << i;
        dropped += y[i] == 0, ++all;
      }
    }
  const double share = static_cast<double>(dropped) / static_cast<double>(all);
  EXPECT_NEAR(share, 0.25, 5 * std::sqrt(0.25 * 0.75 / static_cast<double>(all)));
}

TEST(TranslatorDropout, DrawsOtherNumbersAtEveryStepAndPlace) {
  Small small(0.5f);
  const auto mask = [&](const std::string& name) {
    const Tensor y = small.network->tape().find(name).value;
    std::vector<bool> zero;
    for (const float x : y) zero.push_back(x == 0);
    return zero;
  };
  const float loss = small.network->forward();
  EXPECT_EQ(small.network->forward(), loss);
  const auto first = mask("decoder.layers.0.dropout1");
  for (const char* other : {"decoder.layers.0.dropout2", "decoder.layers.0.dropout3", "decoder.layers.1.dropout1"})
    EXPECT_NE(mask(other), first) << other;
  ++small.knobs.step;
  EXPECT_NE(small.network->forward(), loss);
  EXPECT_NE(mask("decoder.layers.0.dropout1"), first);
}

TEST(TranslatorDropout, IsOffWhereNothingIsTrained) {
  Small with(0.5f, Tape::Mode::kInference), without(0, Tape::Mode::kInference), training(0.5f);
  EXPECT_EQ(with.network->forward(), without.network->forward());
  EXPECT_NE(with.network->forward(), training.network->forward());
}

// With the mask of one step, since it follows from the step: the loss is as smooth as without.
TEST(TranslatorDropout, GradientsAreThoseOfTheLossWithThatMask) {
  Small small(0.3f);
  small.network->forward();
  small.network->backward();
  const std::vector<float> gradients(small.parameters.gradients().begin(), small.parameters.gradients().end());
  const std::span<float> values = small.parameters.values();
  Rng rng(2, stream::kTests);
  constexpr float kStep = 1e-2f;
  double largest = 0;
  for (int i = 0; i < 200; ++i) {
    const uint32_t at = rng.below(static_cast<uint32_t>(values.size()));
    const float before = values[at];
    const auto loss_at = [&](float by) {
      values[at] = before + by;
      return double{small.network->forward()};
    };
    const double difference = (loss_at(kStep) - loss_at(-kStep)) / (2 * kStep);
    values[at] = before;
    EXPECT_TRUE(std::abs(gradients[at] - difference) <= 2e-4 + 0.01 * std::abs(difference))
        << "number " << at << ": " << gradients[at] << " " << difference;
    largest = std::max(largest, std::abs(difference));
  }
  EXPECT_GT(largest, 0.01) << "there was something to compare";
}

Translator made(const TranslatorShape& shape, ParameterSet& parameters) {
  return {cpu_device(), shape, {}, parameters};
}

TEST(Translators, SpendAttentionInTheDecoderAsTheLaneSays) {
  const TranslatorShape shape{9, 6, 5, 7, 8, {8, 2, 2, 12, parse_allocation("local:window=1+dense:heads=2,layers=2")}};
  ParameterSet parameters(parameter_specs(shape));
  const Translator network = made(shape, parameters);
  const auto& maps = network.decoder().maps();
  for (int layer = 0; layer < 2; ++layer)
    for (int head = 0; head < 2; ++head)
      for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 5; ++j) {
          const bool far = layer == 1 && head == 1;
          EXPECT_EQ(maps[layer].heads[head]->exists(i, j), j <= i && (far || i - j <= 1));
          EXPECT_TRUE(network.decoder().cross_maps()[layer].heads[head]->exists(i, j));
        }
}

TEST(Translators, LearnTheScoresOfBothAttentionsOfTheDecoder) {
  const TranslatorShape shape{9, 6, 5,
                              7, 8, {8, 2, 1, 12, parse_allocation("dense:score=general,strategy=temperature")}};
  const auto specs = parameter_specs(shape);
  ParameterSet parameters(specs);
  parameters.initialise(specs, 3);
  ModelSetup setup;
  setup.mode = Tape::Mode::kTraining;
  Translator network(cpu_device(), shape, setup, parameters);
  for (size_t i = 0; i < network.target().size(); ++i)
    network.target()[i] = network.expected()[i] = static_cast<int>(i);
  for (size_t i = 0; i < network.source().size(); ++i) network.source()[i] = static_cast<int>(i);
  network.forward();
  network.backward();
  for (const char* name :
       {"encoder.layers.0.self_attn.score_weight", "decoder.layers.0.self_attn.score_weight",
        "decoder.layers.0.multihead_attn.score_weight", "decoder.layers.0.self_attn.strategy_temperature"})
    EXPECT_NE(parameters[name].gradient.tensor[0], 0) << name;
  EXPECT_THROW(parameters["decoder.layers.0.multihead_attn.strategy_temperature"], Error);
}

TEST(Translators, WhatIsLearnedForEachPairNeedsTextsOfOneLength) {
  TranslatorShape shape{6, 6, 6, 7, 8, {8, 2, 1, 12, parse_allocation("synthesizer")}};
  ParameterSet parameters(parameter_specs(shape));
  EXPECT_NO_THROW(made(shape, parameters));
  shape.source_tokens = 5;
  EXPECT_NE(message_of<Error>([&] { made(shape, parameters); }).find("differ in length"), std::string::npos);
}

// [attention][layer] weights of a translator with that change.
std::vector<std::vector<std::vector<float>>> weights_with(const std::vector<Intervention>& changes) {
  const TranslatorShape shape{6, 6, 5, 7, 8, {8, 2, 2, 12}};
  ParameterSet parameters(parameter_specs(shape));
  parameters.initialise(parameter_specs(shape), 3);
  ModelSetup setup;
  setup.changes = changes;
  setup.keep_stages = true;
  Translator network(cpu_device(), shape, setup, parameters);
  for (size_t i = 0; i < network.source().size(); ++i) network.source()[i] = static_cast<int>(i);
  for (size_t i = 0; i < network.target().size(); ++i) network.target()[i] = static_cast<int>(i);
  network.forward();
  std::vector<std::vector<std::vector<float>>> all(std::size(kAttendings));
  const auto take = [&](Attending attending, const AttentionKernel& kernel, int queries, int keys) {
    std::vector<float> weights(static_cast<size_t>(2) * queries * keys);
    kernel.weights({weights.data(), {1, 2, queries, keys}});
    all[static_cast<size_t>(attending)].push_back(std::move(weights));
  };
  for (int layer = 0; layer < 2; ++layer) {
    take(Attending::kTokens, network.encoder().attention(layer), 6, 6);
    take(Attending::kAnswer, network.decoder().attention_to_self(layer), 5, 5);
    take(Attending::kCross, network.decoder().attention_to_memory(layer), 5, 6);
  }
  return all;
}

TEST(Translators, AChangeIsInTheAttentionThatItNames) {
  const auto plain = weights_with({});
  for (const Attending attending : {Attending::kTokens, Attending::kAnswer, Attending::kCross}) {
    SCOPED_TRACE(name_of(attending));
    const auto changed =
        weights_with({{.what = Intervention::What::kOff, .layer = 0, .head = 1, .attending = attending}});
    for (size_t other = 0; other < plain.size(); ++other) {
      const std::vector<float>&before = plain[other][0], &after = changed[other][0];
      const size_t head = before.size() / 2;
      const bool same = std::equal(before.begin(), before.begin() + head, after.begin());
      EXPECT_EQ(same, other != 2 || attending == Attending::kCross)
          << "of the first layer only the last hears of others";
      const bool off = std::all_of(after.begin() + head, after.end(), [](float weight) { return weight == 0; });
      EXPECT_EQ(off, other == static_cast<size_t>(attending));
    }
    EXPECT_EQ(changed[0][1] == plain[0][1], attending != Attending::kTokens) << "the encoder hears of its own alone";
    EXPECT_NE(changed[2][1], plain[2][1]) << "what comes after hears of all";
  }
}

TEST(Translators, RefuseStrangeTokensAndLongTexts) {
  Small small;
  for (std::span<int> side : {small.network->source(), small.network->target(), small.network->expected()}) {
    const int before = std::exchange(side[1], 8);  // beyond both vocabularies
    EXPECT_THROW(small.network->forward(), Error);
    side[1] = before;
  }
  EXPECT_NO_THROW(small.network->forward());
  TranslatorShape longer = small.shape;
  longer.source_tokens = 10;
  EXPECT_THROW(Translator(cpu_device(), longer, {}, small.parameters), Error);
}

}  // namespace
}  // namespace lab
