#pragma once
// The translator, an encoder–decoder of tokens: the source is read by torch.nn's encoder, the target is written by
// its decoder, which looks at what was read (Vaswani et al., 2017). Embeddings and learned positions for either side.
//
//   auto specs = parameter_specs(shape);                            // 1. names and shapes
//   ParameterSet parameters(specs);                                 // 2. one set of weights
//   parameters.initialise(specs, seed);
//   Translator training(cpu_device(), shape, setup, parameters);    // 3.
//   fill(training.source(), training.target(), training.expected());  // 4. each step
//   float loss = training.forward(); training.backward();

#include <span>
#include <vector>

#include "core/model/decoder.h"

namespace lab {

struct TranslatorShape {
  int context = 16;                            // the longest source or target
  int source_tokens = 16, target_tokens = 16;  // M and N, at most the context
  int source_vocabulary = 20, target_vocabulary = 30;
  EncoderShape layers;  // of the encoder and of the decoder
};

std::vector<ParameterSpec> parameter_specs(const TranslatorShape& shape);

class Translator {
 public:
  /// Source and target see themselves as the lane says, the target up to each token alone, and it looks at the whole
  /// source. Throws Error when there are more tokens than the context. `parameters` must outlive this.
  Translator(Device& device, const TranslatorShape& shape, const ModelSetup& setup, ParameterSet& parameters);
  Translator(const Translator&) = delete;

  /// [B, M], [B, N] and [B, N] numbers in their vocabularies; fill all before forward(). What is expected at a place
  /// is the target's next token.
  std::span<int> source() { return source_; }
  std::span<int> target() { return target_; }
  std::span<int> expected() { return expected_; }
  /// [B] tokens that each source has; what follows them is padding, and no one looks at it, where the model is a
  /// padded one. At first all.
  std::span<int> source_lengths() { return lengths_; }

  /// The mean loss over all places of the batch. Throws Error when a token is not in its vocabulary.
  float forward();
  void backward() { tape_.backward(); }
  /// forward() in two parts: a device at work is waited for only in the second, which may come after backward().
  void start_forward();
  float loss();

  Tensor probabilities();  // [B, N, V]
  const Encoder& encoder() const { return encoder_; }
  const Decoder& decoder() const { return decoder_; }
  const Tape& tape() const { return tape_; }

 private:
  TranslatorShape shape_;
  std::vector<int> lengths_;
  Encoder encoder_;
  Decoder decoder_;
  Tape tape_;
  std::vector<int> source_, target_, expected_;
  Tensor probabilities_, loss_;
};

}  // namespace lab
