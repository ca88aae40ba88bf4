#pragma once
// Small models of texts, one of each kind, and a text to ask them about.

#include <algorithm>
#include <functional>
#include <vector>

#include "core/device/cpu_device.h"
#include "core/inspect/answer_network.h"

namespace lab {

constexpr int kContext = 14, kVocabulary = 12, kAnswers = 6;
inline const ModelSetup kLearning = {.mode = Tape::Mode::kTraining};

/// One kind of model: what it is made of, and what the model itself, in a padded batch, says in the place that is
/// asked.
struct Kind {
  const char* name;
  AnsweringShape shape;
  std::vector<ParameterSpec> specs;
  AskedText text;
  std::function<std::vector<float>(ParameterSet&, const AskedText&)> answer;
};

inline EncoderShape layers_of(const char* lane) { return {16, 2, 2, 32, parse_allocation(lane)}; }

inline ModelSetup padded_pair() {
  ModelSetup setup;
  setup.batch = 2;
  setup.padded = true;
  return setup;
}

inline Kind classifier(const char* lane, bool sees_all = true) {
  TextClassifierShape shape = {kContext, kContext, kVocabulary, kAnswers, sees_all, layers_of(lane)};
  const auto answer = [shape](ParameterSet& parameters, const AskedText& text) {
    TextClassifier network(cpu_device(), shape, padded_pair(), parameters);
    std::copy(text.tokens.begin(), text.tokens.end(), network.tokens().begin());  // the other text, and padding, are 0s
    network.lengths()[0] = static_cast<int>(text.tokens.size());
    network.forward();
    const Tensor p = network.probabilities();
    return std::vector<float>(p.begin(), p.begin() + kAnswers);
  };
  return {"classifier", answering(shape), parameter_specs(shape), {{1, 5, 3, 9, 9, 4, 7, 2, 11}}, answer};
}

inline Kind writer(const char* lane) {
  LanguageModelShape shape = {kContext, kVocabulary, causal(layers_of(lane))};
  const auto answer = [shape](ParameterSet& parameters, const AskedText& text) {
    LanguageModel network(cpu_device(), shape, {}, parameters);
    std::copy(text.tokens.begin(), text.tokens.end(), network.tokens().begin());  // what follows does not matter
    network.forward();
    const Tensor p = network.probabilities();
    const float* place = p.data + (static_cast<int64_t>(text.tokens.size()) - 1) * kVocabulary;
    return std::vector<float>(place, place + kVocabulary);
  };
  return {"writer", answering(shape), parameter_specs(shape), {{5, 3, 9, 9, 4, 7, 2, 11, 6}}, answer};
}

inline Kind translator(const char* lane) {
  TranslatorShape shape = {kContext, kContext, 6, kVocabulary, kAnswers, layers_of(lane)};
  const auto answer = [shape](ParameterSet& parameters, const AskedText& text) {
    Translator network(cpu_device(), shape, padded_pair(), parameters);
    std::copy(text.tokens.begin(), text.tokens.end(), network.source().begin());
    network.source_lengths()[0] = static_cast<int>(text.tokens.size());
    std::copy(text.answered.begin(), text.answered.end(), network.target().begin());
    network.forward();
    const Tensor p = network.probabilities();
    const float* place = p.data + (static_cast<int64_t>(text.answered.size()) - 1) * kAnswers;
    return std::vector<float>(place, place + kAnswers);
  };
  return {"translator", answering(shape), parameter_specs(shape), {{1, 5, 3, 9, 4, 7, 8, 2}, {1, 4, 3}}, answer};
}

inline std::vector<Kind> all_kinds() {
  return {classifier("dense"),
          classifier("local:window=2", false),
          classifier("dense:strategy=linear"),
          writer("local:window=3"),
          writer("dense"),
          translator("dense"),
          translator("block:block=3")};
}

/// What follows from initial weights is small, of a classifier's embeddings most of all: larger ones show errors
/// better.
struct Weights : ParameterSet {
  explicit Weights(const Kind& kind) : ParameterSet(kind.specs) {
    initialise(kind.specs, 3);
    for (Parameter& parameter : all()) {
      const bool embeds = parameter.name == "token_embed.weight" && kind.shape.first > 0;
      const float times = embeds ? 10 : parameter.name == "head.weight" ? 3 : 1;
      for (float& value : parameter.value) value *= times;
    }
  }
};

}  // namespace lab
