#pragma once
// From texts to a Dataset: cut into those to train on and those to test on, and into tokens.

#include <functional>
#include <span>

#include "core/data/dataset.h"

namespace lab {

/// Texts with a label each, as a reader gives them. Those before `first_test` are trained on.
struct LabelledTexts {
  std::vector<std::string> texts;
  std::vector<uint8_t> labels;
  std::vector<std::string> classes;
  size_t first_test = 0;
  std::vector<std::string> unseen = {};  // Dataset::unseen

  void add(std::string text, int label) {
    texts.push_back(std::move(text));
    labels.push_back(static_cast<uint8_t>(label));
  }
  /// Puts all in a random order, always the same, and lets one in `parts` be for the test.
  void shuffle_and_split(int parts);
};

/// Texts, each with its answer.
struct TextPairs {
  std::vector<std::string> texts, answers;
  size_t first_test = 0;
  /// Where it is known, which characters of a text each character of its answer and then the answer's end come from;
  /// the text's beginning is character −1, its end the one after the last. For tokens that are characters.
  std::vector<std::vector<KeyRun>> alignments;

  void add(std::string text, std::string answer) {
    texts.push_back(std::move(text));
    answers.push_back(std::move(answer));
  }
};

struct TextSettings {
  Tokenizer::Kind tokens = Tokenizer::Kind::kCharacters;
  int vocabulary = 8000;                            // at most so many tokens, the most frequent
  int fewest = 1;                                   // a rarer token is unknown
  int context = 64;                                 // the most tokens that are read, the first one included
  std::function<bool(double share)> learning = {};  // as learn_pairs has it
};

/// What a classifier learns: each text is kBegin and its tokens. Throws Error where there is nothing to tell apart: no
/// texts, or one class only; of a class that is tested but never trained the notice says so.
Dataset classified(LabelledTexts texts, const TextSettings& settings);

/// What an encoder–decoder learns. An answer begins with kBegin, which the model is given, and ends with
/// kEnd, which it is to write. Throws Error where there are none to train on or to test on.
Dataset translated(TextPairs pairs, const TextSettings& text, const TextSettings& answer);

/// What a writer learns: of one text, the last tenth is for the test. Windows of `context` tokens, each to be continued
/// by one token. Throws Error where a text is too short for one window in each part.
Dataset written(const std::string& text, const TextSettings& settings);

/// A text of the viewer's own as a model of that data set reads it. Throws Error where it is no text.
std::vector<int> tokens_of(const Dataset& data, const std::string& text);
/// How those tokens read for the eye, a classifier's first as what it is (token_labels.h).
std::vector<std::string> labels_of(const Dataset& data, std::span<const int> tokens, std::string_view text = {});

}  // namespace lab
