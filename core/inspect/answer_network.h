#pragma once
// AnswerNetwork: a model of texts from its embeddings on, as it answers in one place, for several fadings of one text
// at a time. A token that is faded keeps its place and its position's embedding; its own embedding is multiplied by a
// share: 1 as it is, 0 blank. On the CPU.
//
//   AnswerNetwork network(shape, {10, 0}, {.batch = 8, .mode = Tape::Mode::kTraining}, parameters);
//   network.put(slot, text, shares);                                  // 1. every slot: texts of 10 tokens, 8 at once
//   network.forward();
//   network.probabilities();                                          // 2. [8, K]
//   network.backward(answer);                                         // 3. of log p(answer)
//   network.gradient(slot, token);

#include <memory>
#include <span>
#include <vector>

#include "core/model/language_model.h"
#include "core/model/text_classifier.h"
#include "core/model/translator.h"

namespace lab {

/// What the models of texts differ in, as far as an answer is explained.
struct AnsweringShape {
  EncoderShape layers;      // a writer's are causal
  int answers = 0;          // K: classes, or tokens that may come next
  int first = 0;            // of the text's tokens that say something: a classifier's first is no word
  int prefix = 0;           // of the geometry: tokens that stand beside all others
  bool translates = false;  // it is a decoder that answers
  bool operator==(const AnsweringShape&) const = default;

  /// Of a text of so many tokens.
  Geometry geometry(int tokens) const { return Geometry::text(tokens - prefix, prefix); }
};
AnsweringShape answering(const TextClassifierShape& shape);
AnsweringShape answering(const LanguageModelShape& shape);
AnsweringShape answering(const TranslatorShape& shape);

/// A text, and the answer that is asked for: a classifier's class, what a writer goes on with after the last token, or
/// what a translator goes on with after the last token of what it has written.
struct AskedText {
  std::vector<int> tokens;         // [M]
  std::vector<int> answered = {};  // [N] of a translator, kBegin first; else none
  bool operator==(const AskedText&) const = default;
};

class AnswerNetwork {
 public:
  struct Size {
    int tokens = 0, answered = 0;  // M, N
    bool operator==(const Size&) const = default;
  };

  /// `parameters` are a model's of that shape, and must outlive this; on a tape for training, their gradients are
  /// overwritten, unless they are frozen.
  AnswerNetwork(const AnsweringShape& shape, const Size& size, const ModelSetup& setup, ParameterSet& parameters);
  AnswerNetwork(const AnswerNetwork&) = delete;

  /// shares [M].
  void put(int slot, const AskedText& text, std::span<const float> shares);
  void forward() { tape_.forward(); }
  Tensor probabilities() const { return probabilities_.value; }  // [B, K]

  /// Of the sum of log p(answer) over the slots.
  void backward(int answer);
  /// [C] of that by an embedding; and the embedding of a token without its position.
  std::span<const float> gradient(int slot, int token) const { return row(text_.gradient->tensor, slot, token); }
  std::span<const float> embedding(int number) const;

  /// [C] the token that answers before the first layer (−1) or after a layer.
  std::span<const float> answering_token(int slot, int layer) const;
  /// Its final norm and head on such a token: [K] probabilities.
  std::vector<float> read_out(std::span<const float> token) const;

  /// Attention of a batch of one, text and answer as one sequence of T = M + N tokens, one after the other:
  /// [L', H, T, T], a layer for each attention in the order in which they are at work. Where an attention is not at
  /// work, a token looks at itself. The gradients are of log p(answer), and 0 there.
  struct Attention {
    Shape shape;
    std::vector<float> weights, gradients;
    int answering = 0;  // the row of the token that answers
  };
  /// After forward(), since the way back undoes what was changed in the weights; gradients are 0 …
  Attention attention() const;
  /// … until backward(), which these follow.
  void take_gradients(Attention& of) const;

 private:
  Variable token_that_answers(const std::string& name, Variable tokens);
  Variable answer(Variable logits);
  std::span<const float> row(Tensor tokens, int slot, int token) const;
  struct Block;
  std::vector<Block> blocks() const;

  AnsweringShape shape_;
  Size size_;
  int batch_, answer_ = 0;
  ParameterSet& parameters_;
  Encoder encoder_;
  std::unique_ptr<Decoder> decoder_;
  Tape tape_;
  Variable text_, answered_, probabilities_;  // [B, M, C], [B, N, C], [B, K]
};

}  // namespace lab
