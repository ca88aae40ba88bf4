#include "core/model/translator.h"

#include "core/base/error.h"
#include "core/model/vocabulary.h"

namespace lab {

namespace {

ModelSetup padded(ModelSetup setup, std::span<const int> lengths) {
  if (setup.padded) setup.lengths = lengths;
  return setup;
}

DecoderSetup decoder_setup(const ModelSetup& setup, const TranslatorShape& shape, std::span<const int> lengths) {
  return {shape.target_tokens, shape.source_tokens, padded(setup, lengths)};
}

size_t checked_tokens(const char* side, int tokens, int batch, int context) {
  if (tokens < 1 || tokens > context)
    throw Error("A {} of {} tokens does not fit a context of {}.", side, tokens, context);
  return static_cast<size_t>(tokens) * batch;
}

}  // namespace

std::vector<ParameterSpec> parameter_specs(const TranslatorShape& shape) {
  std::vector<ParameterSpec> specs;
  const int64_t width = shape.layers.width;
  specs.push_back({"source_embed.weight", {shape.source_vocabulary, width}, kEmbeddingStart});
  specs.push_back({"target_embed.weight", {shape.target_vocabulary, width}, kEmbeddingStart});
  specs.push_back({"source_position", {1, shape.context, width}, kPositionStart});
  specs.push_back({"target_position", {1, shape.context, width}, kPositionStart});
  add_encoder(specs, shape.layers);
  add_decoder(specs, shape.layers);
  add_linear(specs, "head", width, shape.target_vocabulary);
  add_learned(specs, shape.layers, Geometry::sequence(shape.context));
  add_learned_of_decoder(specs, shape.layers, shape.context);
  return specs;
}

Translator::Translator(Device& device, const TranslatorShape& shape, const ModelSetup& setup, ParameterSet& parameters)
    : shape_(shape),
      lengths_(setup.batch, shape.source_tokens),
      encoder_(shape.layers, Geometry::sequence(shape.source_tokens), padded(setup, lengths_)),
      decoder_(shape.layers, decoder_setup(setup, shape, lengths_)),
      tape_(device, setup.mode, setup.room),
      source_(checked_tokens("source", shape.source_tokens, setup.batch, shape.context)),
      target_(checked_tokens("target", shape.target_tokens, setup.batch, shape.context)),
      expected_(target_.size()) {
  const auto placed = [&](const std::string& side, std::span<const int> tokens, int count) {
    return embed(tape_, side, tokens, tape_.parameter(parameters[side + "_embed.weight"]),
                 tape_.part(parameters[side + "_position"], 0, {1, count, shape.layers.width}));
  };
  Variable memory = placed("source", source_, shape.source_tokens);
  memory = encoder_.final_norm(tape_, parameters, encoder_.layers(tape_, parameters, memory));
  Variable x = decoder_(tape_, parameters, placed("target", target_, shape.target_tokens), memory);
  const Variable logits = linear_of(tape_, parameters, "head", x);
  loss_ = tape_.scratch({1});
  probabilities_ =
      cross_entropy(tape_, "probabilities", logits, expected_, &encoder_.knobs().label_smoothing, loss_).value;
}

void Translator::start_forward() {
  check_known(source_, shape_.source_vocabulary);
  check_known(target_, shape_.target_vocabulary);
  check_known(expected_, shape_.target_vocabulary);
  tape_.forward();
}

float Translator::loss() {
  tape_.device().download(loss_);
  return loss_[0];
}

float Translator::forward() {
  start_forward();
  return loss();
}

Tensor Translator::probabilities() {
  tape_.device().download(probabilities_);
  return probabilities_;
}

}  // namespace lab
