#include "core/model/token_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/model/vocabulary.h"
#include "core/ops/gelu.h"
#include "core/ops/layer_norm.h"

namespace lab {

namespace {

using Row = std::vector<float>;

Tensor tensor(Row& row) { return {row.data(), {1, static_cast<int64_t>(row.size())}}; }

// rows first … first + count − 1 of a weight [out, in] times x, plus the bias.
Row multiply(const Tensor& weight, const Tensor& bias, const Row& x, int64_t first, int64_t count) {
  const int64_t in = weight.shape[1];
  Row y(count);
  for (int64_t o = 0; o < count; ++o) {
    const float* w = weight.data + (first + o) * in;
    y[o] = std::inner_product(w, w + in, x.begin(), bias[first + o]);
  }
  return y;
}

Row linear(ParameterSet& parameters, const std::string& name, const Row& x) {
  const Tensor weight = parameters[name + ".weight"].value;
  return multiply(weight, parameters[name + ".bias"].value, x, 0, weight.shape[0]);
}

// Part 0 of a joint projection is the query, 1 the key, 2 the value.
Row projected(ParameterSet& parameters, const std::string& attention, const Row& x, int part) {
  const int64_t width = static_cast<int64_t>(x.size());
  return multiply(parameters[attention + ".in_proj_weight"].value, parameters[attention + ".in_proj_bias"].value, x,
                  part * width, width);
}

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

// What one head mixes of the kept tokens in some runs: channels first … first + width − 1.
void mix(Row& out, const Row& query, const KeptTokens& kept, std::span<const KeyRun> runs, int64_t first,
         int64_t width) {
  const int64_t row = static_cast<int64_t>(query.size());
  const auto each_key = [&](const auto& body) {
    size_t n = 0;
    for (const KeyRun& run : runs)
      for (int key = run.begin; key < run.end; ++key) body(key * row + first, n++);
  };
  Row weights;
  const float scale = 1 / std::sqrt(static_cast<float>(width));
  each_key([&](int64_t at, size_t) {
    weights.push_back(
        scale * std::inner_product(query.begin() + first, query.begin() + first + width, kept.keys.begin() + at, 0.0f));
  });
  if (weights.empty()) return;
  soften(weights);
  each_key([&](int64_t at, size_t n) {
    for (int64_t d = 0; d < width; ++d) out[first + d] += weights[n] * kept.values[at + d];
  });
}

void keep(KeptTokens& kept, ParameterSet& parameters, const std::string& attention, const Row& x) {
  const Row key = projected(parameters, attention, x, 1), value = projected(parameters, attention, x, 2);
  kept.keys.insert(kept.keys.end(), key.begin(), key.end());
  kept.values.insert(kept.values.end(), value.begin(), value.end());
}

// `runs_of(head)`: the kept tokens that head sees.
template <class RunsOf>
Row attend(ParameterSet& parameters, const std::string& attention, const Row& x, const KeptTokens& kept, int heads,
           const RunsOf& runs_of) {
  const Row query = projected(parameters, attention, x, 0);
  const int64_t width = static_cast<int64_t>(x.size()) / heads;
  Row mixed(x.size());
  for (int head = 0; head < heads; ++head) mix(mixed, query, kept, runs_of(head), head * width, width);
  return linear(parameters, attention + ".out_proj", mixed);
}

void think(ParameterSet& parameters, const std::string& layer, const std::string& norm_name, Row& x) {
  Row hidden = linear(parameters, layer + ".linear1", norm(parameters, layer + norm_name, x));
  gelu_forward(tensor(hidden), tensor(hidden));
  add(x, linear(parameters, layer + ".linear2", hidden));
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

void check_usual(const EncoderShape& shape) {
  for (int layer = 0; layer < shape.layers; ++layer)
    for (const HeadGroup& group : head_groups(shape.attention, layer, shape.heads))
      if (group.spending.score != Spending{}.score || group.spending.strategy.kind != Strategy{}.kind)
        throw Error("Only scaled dot scores of the data can be continued a token at a time; this lane has others.");
}

}  // namespace

WriterSteps::WriterSteps(const LanguageModelShape& shape, ParameterSet& parameters)
    : shape_(shape),
      parameters_(parameters),
      maps_(make_layer_maps(shape.encoder.attention, shape.geometry(), shape.encoder.layers, shape.encoder.heads)),
      kept_(shape.encoder.layers) {
  check_usual(shape.encoder);
}

void WriterSteps::restart() {
  tokens_ = 0;
  for (KeptTokens& kept : kept_) kept = {};
}

std::span<const float> WriterSteps::step(int token) {
  check_step(token, shape_.vocabulary, tokens_, shape_.context);
  Row x = embedded(parameters_, "token_embed.weight", "position", token, tokens_, shape_.encoder.width);
  for (int index = 0; index < shape_.encoder.layers; ++index) {
    const std::string layer = fmt::format("encoder.layers.{}", index), attention = layer + ".self_attn";
    const Row a = norm(parameters_, layer + ".norm1", x);
    keep(kept_[index], parameters_, attention, a);
    add(x, attend(parameters_, attention, a, kept_[index], shape_.encoder.heads,
                  [&](int head) { return maps_[index].heads[head]->runs(tokens_); }));
    think(parameters_, layer, ".norm2", x);
  }
  ++tokens_;
  probabilities_ = linear(parameters_, "head", norm(parameters_, "encoder.norm", x));
  soften(probabilities_);
  return probabilities_;
}

TranslatorSteps::TranslatorSteps(const TranslatorShape& shape, ParameterSet& parameters, std::span<const int> source)
    : shape_(shape), parameters_(parameters), kept_(shape.layers.layers), memory_(shape.layers.layers) {
  shape_.source_tokens = static_cast<int>(source.size());
  shape_.target_tokens = 1;
  Translator reader(cpu_device(), shape_, {}, parameters);
  std::copy(source.begin(), source.end(), reader.source().begin());
  reader.forward();
  const Tensor memory = reader.tape().find("encoder.norm").value;
  const int64_t width = shape.layers.width;
  for (int index = 0; index < shape.layers.layers; ++index)
    for (int token = 0; token < shape_.source_tokens; ++token)
      keep(memory_[index], parameters, fmt::format("decoder.layers.{}.multihead_attn", index),
           Row(memory.data + token * width, memory.data + (token + 1) * width));
}

std::span<const float> TranslatorSteps::step(int token) {
  check_step(token, shape_.target_vocabulary, tokens_, shape_.context);
  Row x = embedded(parameters_, "target_embed.weight", "target_position", token, tokens_, shape_.layers.width);
  const KeyRun before = {0, tokens_ + 1}, source = {0, shape_.source_tokens};
  const int heads = shape_.layers.heads;
  for (int index = 0; index < shape_.layers.layers; ++index) {
    const std::string layer = fmt::format("decoder.layers.{}", index);
    const Row a = norm(parameters_, layer + ".norm1", x);
    keep(kept_[index], parameters_, layer + ".self_attn", a);
    add(x,
        attend(parameters_, layer + ".self_attn", a, kept_[index], heads, [&](int) { return std::span(&before, 1); }));
    add(x, attend(parameters_, layer + ".multihead_attn", norm(parameters_, layer + ".norm2", x), memory_[index], heads,
                  [&](int) { return std::span(&source, 1); }));
    think(parameters_, layer, ".norm3", x);
  }
  ++tokens_;
  probabilities_ = linear(parameters_, "head", norm(parameters_, "decoder.norm", x));
  soften(probabilities_);
  return probabilities_;
}

}  // namespace lab
