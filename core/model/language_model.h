#pragma once
// A language model of tokens (characters, bytes): embedding and learned positions, torch.nn's encoder, a head
// at every position. Causal as it comes: each position predicts the next token from those before it
// (Vaswani et al., 2017; the decoder-only form of Radford et al., 2018).
//
//   auto specs = parameter_specs(shape);                              // 1. names and shapes
//   ParameterSet parameters(specs);                                   // 2. one set of weights
//   parameters.initialise(specs, seed);
//   LanguageModel training(cpu_device(), shape, setup, parameters);   // 3.
//   fill(training.tokens(), training.targets());                      // 4. each step
//   float loss = training.forward(); training.backward();

#include <span>
#include <vector>

#include "core/model/encoder.h"

namespace lab {

struct LanguageModelShape {
  int context = 128;    // the most tokens
  int vocabulary = 96;  // V
  EncoderShape encoder = causal({128, 4, 4, 512});
  int tokens = 0;  // N, at most the context; 0: all of it

  int length() const { return tokens > 0 ? tokens : context; }
  Geometry geometry() const { return Geometry::sequence(length()); }
};

std::vector<ParameterSpec> parameter_specs(const LanguageModelShape& shape);

class LanguageModel {
 public:
  /// Throws Error when a pattern does not fit the tokens, or there are more than the context. `parameters` must outlive
  /// this.
  LanguageModel(Device& device, const LanguageModelShape& shape, const ModelSetup& setup, ParameterSet& parameters);
  LanguageModel(const LanguageModel&) = delete;

  /// [B, N] numbers in 0 … V−1 each; fill both before forward(). A target is the token that follows.
  std::span<int> tokens() { return tokens_; }
  std::span<int> targets() { return targets_; }

  /// The mean loss over all positions of the batch. Throws Error when a token or target is not in the vocabulary.
  float forward();
  void backward() { tape_.backward(); }
  /// forward() in two parts: a device at work is waited for only in the second, which may come after backward().
  void start_forward();
  float loss();

  Tensor probabilities();  // [B, N, V]
  const Encoder& encoder() const { return encoder_; }
  const Tape& tape() const { return tape_; }

 private:
  int vocabulary_;
  Encoder encoder_;
  Tape tape_;
  std::vector<int> tokens_, targets_;
  Tensor probabilities_, loss_;
};

}  // namespace lab
