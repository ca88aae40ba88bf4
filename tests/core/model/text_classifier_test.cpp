// The text classifier: padding costs nothing and changes nothing, and weights serve texts of any length.

#include "core/model/text_classifier.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

constexpr int kTexts[3][6] = {{1, 4, 5, 6, 7, 8}, {1, 9, 3}, {1, 5}};
constexpr int kLengths[3] = {6, 3, 2};

class TextClassifiers : public testing::Test {
 protected:
  TextClassifiers() : parameters(parameter_specs(shape)) { parameters.initialise(parameter_specs(shape), 3); }

  std::unique_ptr<TextClassifier> network(int tokens, ModelSetup setup) {
    TextClassifierShape own = shape;
    own.tokens = tokens;
    return std::make_unique<TextClassifier>(cpu_device(), own, setup, parameters);
  }
  // All three in a batch of six places, with `padding` behind them.
  void fill(TextClassifier& batch, int padding) {
    for (int b = 0; b < 3; ++b) {
      for (int place = 0; place < 6; ++place)
        batch.tokens()[b * 6 + place] = place < kLengths[b] ? kTexts[b][place] : padding;
      batch.lengths()[b] = kLengths[b];
      batch.targets()[b] = b;
    }
  }

  TextClassifierShape shape{9, 9, 12, 3, true, {8, 2, 2, 12, parse_allocation("local:window=1+dense:heads=1")}};
  ParameterSet parameters;
};

TEST_F(TextClassifiers, ATextInAPaddedBatchIsReadAsAlone) {
  const auto batch = network(6, {.batch = 3, .padded = true});
  fill(*batch, 11);
  batch->forward();
  const Tensor together = batch->probabilities();
  for (int b = 0; b < 3; ++b) {
    const auto alone = network(kLengths[b], {});
    std::copy_n(kTexts[b], kLengths[b], alone->tokens().begin());
    alone->forward();
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(alone->probabilities()[k], together[b * 3 + k], 1e-6);
  }
}

TEST_F(TextClassifiers, PaddingLearnsNothing) {
  const auto training = network(6, {.batch = 3, .mode = Tape::Mode::kTraining, .padded = true});
  fill(*training, 11);
  training->forward();
  training->backward();
  const auto gradient_of = [&](int token) {
    const Tensor gradient = parameters["token_embed.weight"].gradient.tensor;
    double total = 0;
    for (int c = 0; c < 8; ++c) total += std::abs(gradient[token * 8 + c]);
    return total;
  };
  EXPECT_EQ(gradient_of(11), 0);
  EXPECT_GT(gradient_of(9), 0);
  EXPECT_GT(gradient_of(5), 0);
  const Tensor position = parameters["position"].gradient.tensor;
  for (int64_t i = 6 * 8; i < position.count(); ++i) EXPECT_EQ(position[i], 0);
}

TEST_F(TextClassifiers, LengthsMayChangeFromStepToStep) {
  const auto batch = network(6, {.batch = 3, .padded = true});
  fill(*batch, 11);
  const float first = batch->forward();
  for (int& length : batch->lengths()) length = 1;
  EXPECT_NE(batch->forward(), first);
  fill(*batch, 2);
  EXPECT_EQ(batch->forward(), first);
}

TEST_F(TextClassifiers, RefuseStrangeTokensAndLongTexts) {
  const auto batch = network(6, {.batch = 3});
  batch->tokens()[4] = 12;
  EXPECT_NE(message_of<Error>([&] { batch->forward(); }), "");
  EXPECT_NE(message_of<Error>([&] { network(10, {}); }).find("10 tokens"), std::string::npos);
}

}  // namespace
}  // namespace lab
