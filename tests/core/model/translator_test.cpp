// The encoder–decoder: who may know of whom, and what it refuses. Its numbers are held to PyTorch's by the
// reference case train_seq2seq.

#include "core/model/translator.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/device/cpu_device.h"

namespace lab {
namespace {

// A small translator with random weights and texts.
struct Small {
  Small() : parameters(parameter_specs(shape)) {
    parameters.initialise(parameter_specs(shape), 3);
    ModelSetup setup;
    setup.batch = 2;
    setup.mode = Tape::Mode::kTraining;
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
