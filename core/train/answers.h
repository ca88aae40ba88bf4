#pragma once
// What a trained lane writes: answers to texts, and texts that go on from a beginning.

#include <string>

#include "core/model/token_steps.h"
#include "core/train/trainer.h"

namespace lab {

/// Answers written a token at a time, always the likeliest, against the true ones; where a text has several true
/// answers, the nearest counts.
struct AnswerScore {
  double exact = 0;   // share of texts answered without a mistake
  double errors = 0;  // tokens to insert, drop or replace, for each token of the true answers
  double chrf = 0;    // text/chrf.h
  double copied = 0;  // the same where the text itself is given as the answer: what doing nothing reaches
  int texts = 0;
};

/// A token that a lane wrote, and what its probability was.
struct WrittenToken {
  int token = 0;
  float probability = 0;
};

/// A classifier's probabilities of a text, [K]. Throws Error where the text is none or the model no such classifier.
std::vector<float> tell_apart(const LearnerShape& shape, ParameterSet& parameters, const std::string& text);

/// What a model makes of a text, in words: an answer; of a classifier the likeliest classes, "books 0.912, work 0.050".
/// Throws Error where the text is none, or the model neither answers nor tells apart.
std::string reply(const LearnerShape& shape, ParameterSet& parameters, const std::string& text);

/// The answer to a text, with the kEnd that ends it unless it fills the context before. `changes`: in attention; of a
/// trainer's lane, as they are there.
std::vector<WrittenToken> write_answer(const LearnerShape& shape, ParameterSet& parameters, std::span<const int> tokens,
                                       std::span<const Intervention> changes = {});
std::vector<WrittenToken> write_answer(Trainer& trainer, int lane, std::span<const int> tokens);
/// The same without kEnd.
std::vector<int> answer(Trainer& trainer, int lane, std::span<const int> tokens);
/// Of the first so many different texts of a set. Throws Error where the lane cannot write a token at a time.
AnswerScore score_answers(Trainer& trainer, int lane, const SampleSet& set, int texts);

/// `tokens` tokens drawn after those of a beginning. Where the context is full, its second half goes on alone. Throws
/// Error where the lane cannot go on a token at a time.
std::vector<WrittenToken> write_on(const LearnerShape& shape, ParameterSet& parameters, std::vector<int> beginning,
                                   int tokens, const Sampling& how, uint64_t seed,
                                   std::span<const Intervention> changes = {});
std::vector<WrittenToken> write_on(Trainer& trainer, int lane, std::vector<int> beginning, int tokens,
                                   const Sampling& how, uint64_t seed);
/// The beginning with what is written after it.
std::string go_on(const LearnerShape& shape, ParameterSet& parameters, const std::string& beginning, int tokens,
                  const Sampling& how, uint64_t seed);
std::string go_on(Trainer& trainer, int lane, const std::string& beginning, int tokens, const Sampling& how,
                  uint64_t seed);

/// How many tokens to insert, drop or replace to make one of the other (Levenshtein, 1966).
int edit_distance(std::span<const int> a, std::span<const int> b);

}  // namespace lab
