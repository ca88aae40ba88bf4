// The network that answers in one place: gradients of its weights against finite differences, and what is frozen.

#include "core/inspect/answer_network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/core/inspect/answering_texts.h"

namespace lab {
namespace {

/// A network of the longest text, for which synthesizers learn a number a pair.
struct Synthesized {
  explicit Synthesized(Kind of) : kind(std::move(of)), weights(kind) {
    kind.text.tokens.resize(kContext, 8);
    network = std::make_unique<AnswerNetwork>(kind.shape, AnswerNetwork::Size{kContext, 0}, kLearning, weights);
  }
  double log_probability() {
    network->put(0, kind.text, std::vector<float>(kContext, 1.0f));
    network->forward();
    return std::log(static_cast<double>(network->probabilities()[2]));
  }
  /// By a finite difference.
  double gradient_by(float& number) {
    const float before = number, by = 0.05f;
    number = before + by;
    const double above = log_probability();
    number = before - by;
    const double below = log_probability();
    number = before;
    return (above - below) / (2 * by);
  }
  /// The learned number of a pair: pairs are in order, of a writer up to the query.
  float& logit(int layer, int64_t head, int64_t query, int64_t key) {
    const bool causal = kind.shape.first == 0;
    const int64_t pairs = causal ? kContext * (kContext + 1) / 2 : kContext * kContext;
    const int64_t before = causal ? query * (query + 1) / 2 : query * kContext;
    return weights[encoder_layer(layer) + ".self_attn.strategy_logits"].value.data[head * pairs + before + key];
  }

  Kind kind;
  Weights weights;
  std::unique_ptr<AnswerNetwork> network;
};

// softmax(R) = w for learned logits R, and so d/dR = w·(dw − Σ w·dw): by the weights' own gradients, and by moving R.
TEST(AnswerNetwork, GradientsOfWeightsAreFiniteDifferences) {
  for (const Kind& kind : {classifier("dense:strategy=synthesizer"), writer("dense:strategy=synthesizer")}) {
    Synthesized model(kind);
    model.log_probability();
    AnswerNetwork::Attention attention = model.network->attention();
    model.network->backward(2);
    model.network->take_gradients(attention);
    ASSERT_EQ(attention.shape, (Shape{2, 2, kContext, kContext}));
    Rng rng(7, stream::kTests);
    double largest = 0, worst = 0;
    for (int probe = 0; probe < 60; ++probe) {
      const int layer = static_cast<int>(rng.below(2)), head = static_cast<int>(rng.below(2));
      const int query = probe % 3 == 0 ? attention.answering : static_cast<int>(rng.below(kContext));
      const int key = static_cast<int>(rng.below(static_cast<uint32_t>(query) + 1));
      const int row = ((layer * 2 + head) * kContext + query) * kContext;
      const float *w = attention.weights.data() + row, *dw = attention.gradients.data() + row;
      const double expected = w[key] * (dw[key] - std::inner_product(w, w + kContext, dw, 0.0));
      largest = std::max(largest, std::abs(expected));
      worst = std::max(worst, std::abs(model.gradient_by(model.logit(layer, head, query, key)) - expected));
    }
    EXPECT_GT(largest, 1e-3) << kind.name;
    EXPECT_TRUE(worst <= 0.01 * largest) << kind.name << ": " << worst << " of " << largest;
  }
}

// The same comes back to the text, bit for bit, and linear layers keep what was where their gradients would be.
TEST(AnswerNetwork, FrozenWeightsPassBackTheSame) {
  for (const Kind& kind : {writer("dense"), classifier("dense"), translator("dense")}) {
    Weights learning(kind), frozen(kind);
    frozen.freeze();
    for (Parameter& parameter : frozen.all())
      std::fill(parameter.gradient.tensor.begin(), parameter.gradient.tensor.end(), 7.0f);
    const AnswerNetwork::Size size = {static_cast<int>(kind.text.tokens.size()),
                                      static_cast<int>(kind.text.answered.size())};
    const auto gradients = [&](ParameterSet& weights) {
      AnswerNetwork network(kind.shape, size, kLearning, weights);
      network.put(0, kind.text, std::vector<float>(kind.text.tokens.size(), 1.0f));
      network.forward();
      network.backward(1);
      std::vector<float> all;
      for (int token = 0; token < size.tokens; ++token) {
        const std::span<const float> one = network.gradient(0, token);
        all.insert(all.end(), one.begin(), one.end());
      }
      return all;
    };
    EXPECT_EQ(gradients(frozen), gradients(learning)) << kind.name;
    EXPECT_EQ(frozen["head.weight"].gradient.tensor[0], 7);
    EXPECT_NE(learning["head.weight"].gradient.tensor[0], 0);
  }
}

}  // namespace
}  // namespace lab
