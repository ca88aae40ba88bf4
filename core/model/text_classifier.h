#pragma once
// A classifier of texts: torch.nn's encoder over embedded tokens, of which the first, the same in every text, is read
// for the class (as BERT's [CLS]; Devlin et al., 2019). Texts of one batch may differ in length: what is beyond a
// text's own is padding, which no token looks at.
//
//   auto specs = parameter_specs(shape);                               // 1. names and shapes, for any number of tokens
//   ParameterSet parameters(specs);                                    // 2. one set of weights …
//   parameters.initialise(specs, seed);
//   TextClassifier training(cpu_device(), shape, setup, parameters);   // 3. … may serve several batch sizes and
//   lengths fill(training.tokens(), training.lengths(), training.targets());   // 4. each step float loss =
//   training.forward(); training.backward();

#include <span>
#include <vector>

#include "core/model/encoder.h"

namespace lab {

struct TextClassifierShape {
  int context = 64;            // the longest text, its first token included
  int tokens = 64;             // N, at most the context
  int vocabulary = 100;        // V
  int classes = 2;             // K
  bool first_sees_all = true;  // whatever the pattern: the first token sees all and is seen by all
  EncoderShape encoder;

  Geometry geometry() const { return Geometry::text(first_sees_all ? tokens - 1 : tokens, first_sees_all ? 1 : 0); }
};

std::vector<ParameterSpec> parameter_specs(const TextClassifierShape& shape);

class TextClassifier {
 public:
  /// Throws Error when a pattern does not fit the tokens, or there are more than the context. `parameters` must outlive
  /// this.
  TextClassifier(Device& device, const TextClassifierShape& shape, const ModelSetup& setup, ParameterSet& parameters);
  TextClassifier(const TextClassifier&) = delete;

  /// [B, N] numbers in 0 … V−1, [B] lengths in 1 … N, at first N (only a padded model
  /// reads them), and [B] classes; fill all before forward().
  std::span<int> tokens() { return tokens_; }
  std::span<int> lengths() { return lengths_; }
  std::span<int> targets() { return targets_; }

  /// The mean loss over the batch. Throws Error when a token is not in the vocabulary.
  float forward();
  void backward() { tape_.backward(); }
  /// forward() in two parts: a device at work is waited for only in the second, which may come after backward().
  void start_forward();
  float loss();

  Tensor probabilities();  // [B, K]
  const Encoder& encoder() const { return encoder_; }
  const Tape& tape() const { return tape_; }

 private:
  int vocabulary_;
  std::vector<int> tokens_, lengths_, targets_;
  Encoder encoder_;
  Tape tape_;
  Tensor probabilities_, loss_;
};

}  // namespace lab
