#pragma once
// Writing a token at a time. Keys and values of the tokens before are kept, so that a step costs as much as there are
// tokens, not their square; the numbers are those of the whole forward.
//
//   WriterSteps writer(shape, parameters);        // 1. the weights as they are now, on the host
//   auto next = writer.step(token);               // 2. what may follow, with its probability
//   int token = choose(next, how, rng);           // 3. and so on

#include <span>
#include <vector>

#include "core/model/kept_attention.h"
#include "core/model/language_model.h"
#include "core/model/sampling.h"
#include "core/model/translator.h"

namespace lab {

class WriterSteps {
 public:
  /// `changes`: in attention, as in ModelSetup. Throws Error, saying why, for a strategy that needs a whole text at
  /// once.
  WriterSteps(const LanguageModelShape& shape, ParameterSet& parameters, std::span<const Intervention> changes = {});

  /// Takes the next token; the probabilities of the one after it, [V], valid until the next step. Throws Error where
  /// the context is full or the token unknown.
  std::span<const float> step(int token);
  int tokens() const { return tokens_; }
  int context() const { return shape_.context; }
  /// Forgets all tokens.
  void restart();

 private:
  LanguageModelShape shape_;
  ParameterSet& parameters_;
  std::vector<KeptAttention> attention_;  // [L]
  std::vector<KeptTokens> kept_;          // [L]
  std::vector<float> probabilities_;
  int tokens_ = 0;
};

class TranslatorSteps {
 public:
  /// The source, [M] tokens, is read at once. Throws Error as WriterSteps does.
  TranslatorSteps(const TranslatorShape& shape, ParameterSet& parameters, std::span<const int> source,
                  std::span<const Intervention> changes = {});

  std::span<const float> step(int token);

 private:
  void read(std::span<const int> source, std::span<const Intervention> changes);

  TranslatorShape shape_;
  ParameterSet& parameters_;
  std::vector<KeptAttention> attention_, cross_;  // [L] to the target, to the source
  std::vector<KeptTokens> kept_, memory_;         // [L] of the target, of the source
  std::vector<float> probabilities_;
  int tokens_ = 0;
};

}  // namespace lab
