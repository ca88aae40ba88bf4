#include "core/model/encoder.h"

#include <fmt/format.h>

#include <cmath>

namespace lab {

namespace {

std::string layer_name(int layer) { return fmt::format("encoder.layers.{}", layer); }

Initial uniform(double bound) { return {Initial::Kind::kUniform, static_cast<float>(bound)}; }
Initial initial(ScoreParameterSpec::Start start, int64_t head_width) {
  constexpr float kSharpness = 8;  // where a learned cosine begins: e^8 between alike and unlike
  switch (start) {
    case ScoreParameterSpec::Start::kScale:
      return {Initial::Kind::kConstant, kSharpness};
    case ScoreParameterSpec::Start::kIdentity:
      return {Initial::Kind::kIdentity, 1 / std::sqrt(static_cast<float>(head_width))};
    case ScoreParameterSpec::Start::kUniform:
      break;
  }
  return uniform(1 / std::sqrt(head_width));
}

constexpr Initial kZero{Initial::Kind::kConstant, 0}, kOne{Initial::Kind::kConstant, 1};

}  // namespace

void add_linear(std::vector<ParameterSpec>& specs, const std::string& name, int64_t in, int64_t out) {
  specs.push_back({name + ".weight", {out, in}, uniform(1 / std::sqrt(in))});
  specs.push_back({name + ".bias", {out}, uniform(1 / std::sqrt(in))});
}

void add_norm(std::vector<ParameterSpec>& specs, const std::string& name, int64_t width) {
  specs.push_back({name + ".weight", {width}, kOne});
  specs.push_back({name + ".bias", {width}, kZero});
}

// Xavier for the joint projection, both biases 0.
void add_attention(std::vector<ParameterSpec>& specs, const std::string& name, int64_t width) {
  specs.push_back({name + ".in_proj_weight", {3 * width, width}, uniform(std::sqrt(6.0 / (4 * width)))});
  specs.push_back({name + ".in_proj_bias", {3 * width}, kZero});
  specs.push_back({name + ".out_proj.weight", {width, width}, uniform(1 / std::sqrt(width))});
  specs.push_back({name + ".out_proj.bias", {width}, kZero});
}

void add_encoder(std::vector<ParameterSpec>& specs, const EncoderShape& shape) {
  for (int layer = 0; layer < shape.layers; ++layer) {
    const std::string name = layer_name(layer);
    add_attention(specs, name + ".self_attn", shape.width);
    add_linear(specs, name + ".linear1", shape.width, shape.mlp);
    add_linear(specs, name + ".linear2", shape.mlp, shape.width);
    add_norm(specs, name + ".norm1", shape.width);
    add_norm(specs, name + ".norm2", shape.width);
  }
  add_norm(specs, "encoder.norm", shape.width);
}

void add_scores(std::vector<ParameterSpec>& specs, const EncoderShape& shape) {
  const int head_width = shape.width / shape.heads;
  for (int layer = 0; layer < shape.layers; ++layer)
    for (const ScoreParameterSpec& learned : score_parameters(shape.score, head_width))
      specs.push_back({fmt::format("{}.self_attn.{}", layer_name(layer), learned.name), learned.shape,
                       initial(learned.start, head_width)});
}

Variable linear_of(Tape& tape, ParameterSet& parameters, const std::string& name, Variable x) {
  return linear(tape, name, x, tape.parameter(parameters[name + ".weight"]),
                tape.parameter(parameters[name + ".bias"]));
}

Variable norm_of(Tape& tape, ParameterSet& parameters, const std::string& name, Variable x) {
  return layer_norm(tape, name, x, tape.parameter(parameters[name + ".weight"]),
                    tape.parameter(parameters[name + ".bias"]));
}

Encoder::Encoder(const EncoderShape& shape, const ModelSetup& setup)
    : shape_(shape), setup_(setup), kernels_(shape.layers) {
  problem_.batch = setup.batch;
  problem_.heads = shape.heads;
  problem_.head_width = shape.width / shape.heads;
  problem_.map = setup.map;
}

Variable Encoder::layers(Tape& tape, ParameterSet& parameters, Variable x) {
  for (int index = 0; index < static_cast<int>(kernels_.size()); ++index) x = layer(tape, parameters, index, x);
  return x;
}

Variable Encoder::final_norm(Tape& tape, ParameterSet& parameters, Variable x) {
  return norm_of(tape, parameters, "encoder.norm", x);
}

// x + attention(norm(x)), then x + mlp(norm(x)).
Variable Encoder::layer(Tape& tape, ParameterSet& parameters, int index, Variable x) {
  const std::string name = layer_name(index), attention = name + ".self_attn";
  Variable a = norm_of(tape, parameters, name + ".norm1", x);
  a = linear(tape, attention + ".in_proj", a, tape.parameter(parameters[attention + ".in_proj_weight"]),
             tape.parameter(parameters[attention + ".in_proj_bias"]));
  std::vector<Variable> learned;
  for (const ScoreParameterSpec& spec : score_parameters(shape_.score, problem_.head_width))
    learned.push_back(tape.parameter(parameters[fmt::format("{}.{}", attention, spec.name)]));
  a = self_attention(tape, attention, a, problem_, shape_.score, learned, kernels_[index], setup_.kernel);
  a = dropped(tape, name + ".dropout1", linear_of(tape, parameters, attention + ".out_proj", a));
  x = residual(tape, name + ".residual1", x, a);

  Variable m = norm_of(tape, parameters, name + ".norm2", x);
  m = gelu(tape, name + ".gelu", linear_of(tape, parameters, name + ".linear1", m));
  m = linear_of(tape, parameters, name + ".linear2", dropped(tape, name + ".dropout", m));
  return residual(tape, name + ".residual2", x, dropped(tape, name + ".dropout2", m));
}

Variable Encoder::dropped(Tape& tape, const std::string& name, Variable x) {
  if (!(knobs().dropout > 0)) return x;
  return dropout(tape, name, x, {&knobs().dropout, &knobs().step, setup_.seed}, dropouts_++);
}

}  // namespace lab
