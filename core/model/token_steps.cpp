#include "core/model/token_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/model/vocabulary.h"
#include "core/ops/gelu.h"
#include "core/ops/layer_norm.h"

namespace lab {

namespace {

Tensor tensor(Row& row) { return {row.data(), {1, static_cast<int64_t>(row.size())}}; }

Row norm(ParameterSet& parameters, const std::string& name, Row x) {
  Row y(x.size()), mean(1), rstd(1);
  layer_norm_forward(tensor(y), {mean.data(), {1}}, {rstd.data(), {1}}, tensor(x), parameters[name + ".weight"].value,
                     parameters[name + ".bias"].value);
  return y;
}

void add(Row& x, const Row& branch) {
  for (size_t c = 0; c < x.size(); ++c) x[c] += branch[c];
}

void soften(std::span<float> scores) {
  const float largest = *std::max_element(scores.begin(), scores.end());
  float total = 0;
  for (float& s : scores) total += s = std::exp(s - largest);
  for (float& s : scores) s /= total;
}

void think(ParameterSet& parameters, const std::string& layer, const std::string& norm_name, Row& x) {
  Row hidden = linear_row(parameters, layer + ".linear1", norm(parameters, layer + norm_name, x));
  gelu_forward(tensor(hidden), tensor(hidden));
  add(x, linear_row(parameters, layer + ".linear2", hidden));
}

Row embedded(ParameterSet& parameters, const std::string& table, const std::string& position, int token, int place,
             int64_t width) {
  const float* what = parameters[table].value.data + token * width;
  const float* where = parameters[position].value.data + place * width;
  Row x(what, what + width);
  for (int64_t c = 0; c < width; ++c) x[c] += where[c];
  return x;
}

void check_step(int token, int vocabulary, int place, int context) {
  check_known({&token, 1}, vocabulary);
  if (place >= context) throw Error("The context of {} tokens is full; begin again.", context);
}

std::vector<KeptAttention> attentions(ParameterSet& parameters, const EncoderShape& shape,
                                      const std::vector<LayerMaps>& maps,
                                      const std::function<std::string(int layer)>& name,
                                      std::span<const Intervention> changes, Attending attending) {
  std::vector<KeptAttention> all;
  for (int layer = 0; layer < shape.layers; ++layer)
    all.emplace_back(parameters, name(layer), shape, layer, maps[layer], changes, attending);
  return all;
}

void check_reaches(const EncoderShape& shape) {
  for (int layer = 0; layer < shape.layers; ++layer)
    for (const HeadGroup& group : head_groups(shape.attention, layer, shape.heads))
      if (group.spending.strategy.kind == "span")
        throw Error(
            "An adaptive span is a share of the answer's length, which is not known while it is written, so this "
            "lane cannot write a token at a time; its probabilities can be read.");
}

}  // namespace

WriterSteps::WriterSteps(const LanguageModelShape& shape, ParameterSet& parameters,
                         std::span<const Intervention> changes)
    : shape_(shape),
      parameters_(parameters),
      attention_(attentions(
          parameters, shape.encoder,
          make_layer_maps(shape.encoder.attention, shape.geometry(), shape.encoder.layers, shape.encoder.heads),
          [](int layer) { return encoder_layer(layer) + ".self_attn"; }, changes, Attending::kTokens)),
      kept_(shape.encoder.layers) {}

void WriterSteps::restart() {
  tokens_ = 0;
  for (KeptTokens& kept : kept_) kept = {};
}

std::span<const float> WriterSteps::step(int token) {
  check_step(token, shape_.vocabulary, tokens_, shape_.context);
  Row x = embedded(parameters_, "token_embed.weight", "position", token, tokens_, shape_.encoder.width);
  for (int index = 0; index < shape_.encoder.layers; ++index) {
    const std::string layer = encoder_layer(index);
    const Row a = norm(parameters_, layer + ".norm1", x);
    attention_[index].keep(a, kept_[index]);
    add(x, attention_[index].look(a, kept_[index], tokens_));
    think(parameters_, layer, ".norm2", x);
  }
  ++tokens_;
  probabilities_ = linear_row(parameters_, "head", norm(parameters_, "encoder.norm", x));
  soften(probabilities_);
  return probabilities_;
}

TranslatorSteps::TranslatorSteps(const TranslatorShape& shape, ParameterSet& parameters, std::span<const int> source,
                                 std::span<const Intervention> changes)
    : shape_(shape), parameters_(parameters), kept_(shape.layers.layers), memory_(shape.layers.layers) {
  check_reaches(shape.layers);
  const EncoderShape self = causal(shape.layers), cross = looking_at_source(shape.layers);
  const Geometry target = Geometry::sequence(shape.context);
  const Geometry both = Geometry::sequence(shape.context, static_cast<int>(source.size()));
  attention_ = attentions(
      parameters, self, make_layer_maps(self.attention, target, self.layers, self.heads),
      [](int layer) { return decoder_layer(layer) + ".self_attn"; }, changes, Attending::kAnswer);
  cross_ = attentions(
      parameters, cross, make_layer_maps(cross.attention, both, cross.layers, cross.heads),
      [](int layer) { return decoder_layer(layer) + ".multihead_attn"; }, changes, Attending::kCross);
  read(source, changes);
}

// The encoder's output becomes the keys and values of every layer.
void TranslatorSteps::read(std::span<const int> source, std::span<const Intervention> changes) {
  TranslatorShape shape = shape_;
  shape.source_tokens = static_cast<int>(source.size());
  shape.target_tokens = 1;
  Translator reader(cpu_device(), shape, {.changes = changes}, parameters_);
  std::copy(source.begin(), source.end(), reader.source().begin());
  reader.forward();
  const Tensor memory = reader.tape().find("encoder.norm").value;
  const int64_t width = shape.layers.width;
  for (int index = 0; index < shape.layers.layers; ++index)
    for (int token = 0; token < shape.source_tokens; ++token)
      cross_[index].keep(Row(memory.data + token * width, memory.data + (token + 1) * width), memory_[index]);
}

std::span<const float> TranslatorSteps::step(int token) {
  check_step(token, shape_.target_vocabulary, tokens_, shape_.context);
  Row x = embedded(parameters_, "target_embed.weight", "target_position", token, tokens_, shape_.layers.width);
  for (int index = 0; index < shape_.layers.layers; ++index) {
    const std::string layer = decoder_layer(index);
    const Row a = norm(parameters_, layer + ".norm1", x);
    attention_[index].keep(a, kept_[index]);
    add(x, attention_[index].look(a, kept_[index], tokens_));
    add(x, cross_[index].look(norm(parameters_, layer + ".norm2", x), memory_[index], tokens_));
    think(parameters_, layer, ".norm3", x);
  }
  ++tokens_;
  probabilities_ = linear_row(parameters_, "head", norm(parameters_, "decoder.norm", x));
  soften(probabilities_);
  return probabilities_;
}

}  // namespace lab
