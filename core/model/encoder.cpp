#include "core/model/encoder.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/error.h"

namespace lab {

namespace {

Initial uniform(double bound) { return {Initial::Kind::kUniform, static_cast<float>(bound)}; }
Initial initial(ScoreParameterSpec::Start start, int64_t head_width) {
  constexpr float kSharpness = 8;  // where a learned cosine begins: e^8 between alike and unlike
  switch (start) {
    case ScoreParameterSpec::Start::kScale:
      return {Initial::Kind::kConstant, kSharpness};
    case ScoreParameterSpec::Start::kIdentity:
      return {Initial::Kind::kIdentity, 1 / std::sqrt(static_cast<float>(head_width))};
    case ScoreParameterSpec::Start::kZero:
      return {Initial::Kind::kConstant, 0};
    case ScoreParameterSpec::Start::kOne:
      return {Initial::Kind::kConstant, 1};
    case ScoreParameterSpec::Start::kUniform:
      break;
  }
  return uniform(1 / std::sqrt(head_width));
}

constexpr Initial kZero{Initial::Kind::kConstant, 0}, kOne{Initial::Kind::kConstant, 1};

}  // namespace

std::string learned_name(const std::string& attention, const HeadGroup& group, int heads, std::string_view learned) {
  if (group.count == heads) return fmt::format("{}.{}", attention, learned);
  return fmt::format("{}.heads_{}_{}.{}", attention, group.first + 1, group.first + group.count, learned);
}

EncoderShape causal(EncoderShape shape) {
  shape.attention.pattern.causal = true;
  for (HeadException& exception : shape.attention.exceptions) exception.spending.pattern.causal = true;
  return shape;
}

std::string encoder_layer(int layer) { return fmt::format("encoder.layers.{}", layer); }

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
    const std::string name = encoder_layer(layer);
    add_attention(specs, name + ".self_attn", shape.width);
    add_linear(specs, name + ".linear1", shape.width, shape.mlp);
    add_linear(specs, name + ".linear2", shape.mlp, shape.width);
    add_norm(specs, name + ".norm1", shape.width);
    add_norm(specs, name + ".norm2", shape.width);
  }
  add_norm(specs, "encoder.norm", shape.width);
}

void add_learned(std::vector<ParameterSpec>& specs, const EncoderShape& shape, const Geometry& geometry) {
  add_learned(specs, shape, geometry, [](int layer) { return encoder_layer(layer) + ".self_attn"; });
}

void add_learned(std::vector<ParameterSpec>& specs, const EncoderShape& shape, const Geometry& geometry,
                 const std::function<std::string(int layer)>& name) {
  const int head_width = shape.width / shape.heads;
  const auto add = [&](const auto& parameters) {
    for (int layer = 0; layer < shape.layers; ++layer)
      for (const HeadGroup& group : head_groups(shape.attention, layer, shape.heads))
        for (const ScoreParameterSpec& learned : parameters(group, layer))
          specs.push_back({learned_name(name(layer), group, shape.heads, learned.name), learned.shape,
                           initial(learned.start, head_width)});
  };
  add([&](const HeadGroup& group, int) { return score_parameters(group.spending.score, head_width); });
  add([&](const HeadGroup& group, int layer) -> std::vector<ScoreParameterSpec> {
    const Strategy& strategy = group.spending.strategy;
    if (find_strategy(strategy.kind).learns.empty()) return {};
    return strategy_parameters(strategy, group.count, TileMap(group.spending.pattern, geometry, layer));
  });
}

Variable linear_of(Tape& tape, ParameterSet& parameters, const std::string& name, Variable x) {
  return linear(tape, name, x, tape.parameter(parameters[name + ".weight"]),
                tape.parameter(parameters[name + ".bias"]));
}

Variable norm_of(Tape& tape, ParameterSet& parameters, const std::string& name, Variable x) {
  return layer_norm(tape, name, x, tape.parameter(parameters[name + ".weight"]),
                    tape.parameter(parameters[name + ".bias"]));
}

Encoder::Encoder(const EncoderShape& shape, const Geometry& geometry, const ModelSetup& setup)
    : shape_(shape),
      setup_(setup),
      rules_(knobs(), setup.seed, shape.layers, shape.heads),
      dropped_(knobs(), setup.seed, Dropouts::kEncoder),
      maps_(make_layer_maps(shape.attention, geometry, shape.layers, shape.heads)),
      kernels_(shape.layers) {}

Variable Encoder::layers(Tape& tape, ParameterSet& parameters, Variable x, const TokenChoice& last) {
  const int count = static_cast<int>(kernels_.size());
  for (int index = 0; index < count; ++index)
    x = layer(tape, parameters, index, x, index + 1 < count ? TokenChoice{} : last);
  return x;
}

Variable Encoder::final_norm(Tape& tape, ParameterSet& parameters, Variable x) {
  return norm_of(tape, parameters, "encoder.norm", x);
}

std::vector<HeadPart> head_parts(Tape& tape, ParameterSet& parameters, const std::string& attention,
                                 const EncoderShape& shape, int layer, const LayerMaps& maps,
                                 const AttentionProblem& common) {
  std::vector<HeadPart> parts;
  for (const HeadGroup& group : head_groups(shape.attention, layer, shape.heads)) {
    HeadPart part{group.first, common, group.spending.score, group.spending.strategy, {}};
    part.problem.heads = group.count;
    part.problem.head_width = shape.width / shape.heads;
    part.problem.map = maps.heads[group.first];
    if (tape.training()) part.problem.keep_stages = common.keep_stages && keeps_stages_anyway(part.problem);
    for (const auto& specs : {score_parameters(part.score, part.problem.head_width),
                              strategy_parameters(part.strategy, group.count, *part.problem.map)})
      for (const ScoreParameterSpec& spec : specs) {
        Parameter& learned = parameters[learned_name(attention, group, shape.heads, spec.name)];
        if (!(learned.value.shape == spec.shape))
          throw Error(
              "The {} learns {}, and texts differ in length: a pair would mean something else in each; choose "
              "another strategy.",
              part.strategy.kind, find_strategy(part.strategy.kind).learns);
        part.learned.push_back(tape.parameter(learned));
      }
    parts.push_back(std::move(part));
  }
  return parts;
}

std::vector<HeadPart> Encoder::parts(Tape& tape, ParameterSet& parameters, int layer) {
  AttentionProblem common;
  common.batch = setup_.batch;
  common.keep_stages = setup_.keep_stages;
  common.key_lengths = setup_.lengths;
  common.lengths_change = !setup_.lengths.empty();
  std::vector<HeadPart> parts =
      head_parts(tape, parameters, encoder_layer(layer) + ".self_attn", shape_, layer, maps_[layer], common);
  for (HeadPart& part : parts) {
    part.problem.rules = tape.training() && setup_.changes.empty()
                             ? rules_.add({layer, part.first}, part.problem, tape.arena())
                             : changes_.add(part.problem, layer, part.first, setup_.changes, Attending::kTokens,
                                            tape.training() ? &tape.arena() : nullptr);
    multiply_adds_ += strategy_multiply_adds(part.strategy, part.problem);
    pairs_ += strategy_pairs(part.strategy, part.problem);
  }
  return parts;
}

// x + attention(norm(x)), then x + mlp(norm(x)).
Variable Encoder::layer(Tape& tape, ParameterSet& parameters, int index, Variable x, const TokenChoice& going_on) {
  const std::string name = encoder_layer(index), attention = name + ".self_attn";
  Variable a = norm_of(tape, parameters, name + ".norm1", x);
  a = linear(tape, attention + ".in_proj", a, tape.parameter(parameters[attention + ".in_proj_weight"]),
             tape.parameter(parameters[attention + ".in_proj_bias"]));
  a = self_attention(tape, attention, a, parts(tape, parameters, index), kernels_[index], setup_.kernel);
  if (going_on) a = going_on(attention + ".going_on", a), x = going_on(name + ".going_on", x);
  a = dropped_(tape, name + ".dropout1", linear_of(tape, parameters, attention + ".out_proj", a));
  x = residual(tape, name + ".residual1", x, a);

  Variable m = norm_of(tape, parameters, name + ".norm2", x);
  m = gelu(tape, name + ".gelu", linear_of(tape, parameters, name + ".linear1", m));
  m = linear_of(tape, parameters, name + ".linear2", dropped_(tape, name + ".dropout", m));
  return residual(tape, name + ".residual2", x, dropped_(tape, name + ".dropout2", m));
}

}  // namespace lab
