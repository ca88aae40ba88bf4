#include "core/model/language_model.h"

#include "core/base/error.h"
#include "core/model/vocabulary.h"

namespace lab {

namespace {

size_t checked_tokens(const LanguageModelShape& shape, int batch) {
  if (shape.length() > shape.context)
    throw Error("A text of {} tokens does not fit a context of {}.", shape.tokens, shape.context);
  return static_cast<size_t>(batch) * shape.length();
}

}  // namespace

std::vector<ParameterSpec> parameter_specs(const LanguageModelShape& shape) {
  std::vector<ParameterSpec> specs;
  const int64_t width = shape.encoder.width;
  specs.push_back({"token_embed.weight", {shape.vocabulary, width}, kEmbeddingStart});
  specs.push_back({"position", {1, shape.context, width}, kPositionStart});
  add_encoder(specs, shape.encoder);
  add_linear(specs, "head", width, shape.vocabulary);
  add_learned(specs, shape.encoder, Geometry::sequence(shape.context));
  return specs;
}

LanguageModel::LanguageModel(Device& device, const LanguageModelShape& shape, const ModelSetup& setup,
                             ParameterSet& parameters)
    : vocabulary_(shape.vocabulary),
      encoder_(shape.encoder, shape.geometry(), setup),
      tape_(device, setup.mode, setup.room),
      tokens_(checked_tokens(shape, setup.batch)),
      targets_(tokens_.size()) {
  Variable x = embed(tape_, "tokens", tokens_, tape_.parameter(parameters["token_embed.weight"]),
                     tape_.part(parameters["position"], 0, {1, shape.length(), shape.encoder.width}));
  x = encoder_.final_norm(tape_, parameters, encoder_.layers(tape_, parameters, x));
  const Variable logits = linear_of(tape_, parameters, "head", x);
  loss_ = tape_.scratch({1});
  probabilities_ =
      cross_entropy(tape_, "probabilities", logits, targets_, &encoder_.knobs().label_smoothing, loss_).value;
}

void LanguageModel::start_forward() {
  check_known(tokens_, vocabulary_);
  check_known(targets_, vocabulary_);
  tape_.forward();
}

float LanguageModel::loss() {
  tape_.device().download(loss_);
  return loss_[0];
}

float LanguageModel::forward() {
  start_forward();
  return loss();
}

Tensor LanguageModel::probabilities() {
  tape_.device().download(probabilities_);
  return probabilities_;
}

}  // namespace lab
