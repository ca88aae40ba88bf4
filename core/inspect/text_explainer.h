#pragma once
// TextExplainer: which tokens of a text an answer came from, as Explainer (explainer.h) says it of pictures: a class,
// what a writer goes on with, or one token that a translator writes.
//
//   TextExplainer explainer(answering(shape), specs);       // 1. a model of its own, for inference and gradients
//   explainer.take(trainer.parameters(lane));               // 2. the weights as they are now
//   explainer.begin({tokens});                              // 3. its answer; of a translator, {tokens, answered}
//   while (explainer.go_on()) …                             // 4. a portion each, so that other things can be done
//   explainer.explanation()                                 // 5. at any time: what is there by now
//
// A removed token is blank: its embedding is zeros. Its place stays, with its position's embedding, and is looked at
// as it was; nothing else needs to be invented for it, such as an unknown token that the model may never have met. The
// text from which integrated gradients start is blank everywhere. A classifier's first token, which is no word, stays.
//
// Text and answer of a translator are explained as one sequence: rollout and gradient × attention go through its three
// kinds of attention in the order in which they are at work, where each leaves all other tokens as they are.

#include <memory>
#include <vector>

#include "core/inspect/answer_network.h"
#include "core/inspect/explanation.h"

namespace lab {

class TextExplainer {
 public:
  /// `specs`: all that the model learns; `changes`: made in its attention, and it is the changed model that is
  /// explained.
  TextExplainer(const AnsweringShape& shape, const std::vector<ParameterSpec>& specs,
                std::vector<Intervention> changes = {});
  TextExplainer(const TextExplainer&) = delete;
  ~TextExplainer();

  /// Throws Error when they are another model's.
  void take(const ParameterSet& weights);
  /// Why that class, or token, has the probability it has; −1, and where there is none: why its answer, the most
  /// probable one. Throws Error where a token is not in the vocabulary or a pattern does not fit so many.
  void begin(const AskedText& text, int answer = -1);
  /// One portion, by the weights that begin() found; false: it was the last. They must not be taken anew before.
  bool go_on();
  /// What is known so far; all of it after the last.
  const Explanation& explanation() const { return explanation_; }
  /// All at once.
  const Explanation& explain(const AskedText& text, int answer = -1);

 private:
  struct Networks;
  void build_networks();

  AnsweringShape shape_;
  ParameterSet parameters_;
  std::vector<Intervention> changes_;
  std::unique_ptr<Networks> networks_;  // for texts of one size
  AskedText text_;
  Explanation explanation_;
  std::vector<float> integrated_;  // along the path so far
  int portion_ = 0;                // of the path, the next
};

}  // namespace lab
