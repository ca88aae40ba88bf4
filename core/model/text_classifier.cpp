#include "core/model/text_classifier.h"

#include "core/base/error.h"
#include "core/model/vocabulary.h"

namespace lab {

namespace {

// BERT's: rare words are moved a few times only, and must not begin far from where they belong.
constexpr Initial kWordStart{Initial::Kind::kNormal, 0.02f};

ModelSetup padded(ModelSetup setup, std::span<const int> lengths) {
  if (setup.padded) setup.lengths = lengths;
  return setup;
}

size_t checked_tokens(const TextClassifierShape& shape, int batch) {
  if (shape.tokens < 1 || shape.tokens > shape.context)
    throw Error("A text of {} tokens does not fit a context of {}.", shape.tokens, shape.context);
  return static_cast<size_t>(batch) * shape.tokens;
}

}  // namespace

std::vector<ParameterSpec> parameter_specs(const TextClassifierShape& shape) {
  std::vector<ParameterSpec> specs;
  const int64_t width = shape.encoder.width;
  specs.push_back({"token_embed.weight", {shape.vocabulary, width}, kWordStart});
  specs.push_back({"position", {1, shape.context, width}, kPositionStart});
  add_encoder(specs, shape.encoder);
  add_linear(specs, "head", width, shape.classes);
  TextClassifierShape longest = shape;
  longest.tokens = shape.context;
  add_learned(specs, shape.encoder, longest.geometry());
  return specs;
}

TextClassifier::TextClassifier(Device& device, const TextClassifierShape& shape, const ModelSetup& setup,
                               ParameterSet& parameters)
    : vocabulary_(shape.vocabulary),
      tokens_(checked_tokens(shape, setup.batch)),
      lengths_(setup.batch, shape.tokens),
      targets_(setup.batch),
      encoder_(shape.encoder, shape.geometry(), padded(setup, lengths_)),
      tape_(device, setup.mode, setup.room) {
  Variable x = embed(tape_, "tokens", tokens_, tape_.parameter(parameters["token_embed.weight"]),
                     tape_.part(parameters["position"], 0, {1, shape.tokens, shape.encoder.width}));
  x = encoder_.layers(tape_, parameters, x);
  // Only the first token is read, and the norm works on each token alone: so the others need no norm.
  x = encoder_.final_norm(tape_, parameters, class_token(tape_, "class_token", x));
  const Variable logits = linear_of(tape_, parameters, "head", x);
  loss_ = tape_.scratch({1});
  probabilities_ =
      cross_entropy(tape_, "probabilities", logits, targets_, &encoder_.knobs().label_smoothing, loss_).value;
}

void TextClassifier::start_forward() {
  check_known(tokens_, vocabulary_);
  tape_.forward();
}

float TextClassifier::loss() {
  tape_.device().download(loss_);
  return loss_[0];
}

float TextClassifier::forward() {
  start_forward();
  return loss();
}

Tensor TextClassifier::probabilities() {
  tape_.device().download(probabilities_);
  return probabilities_;
}

}  // namespace lab
