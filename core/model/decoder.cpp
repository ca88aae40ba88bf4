#include "core/model/decoder.h"

#include <fmt/format.h>

namespace lab {

namespace {

std::string layer_name(int layer) { return fmt::format("decoder.layers.{}", layer); }

// All heads alike, with torch.nn.MultiheadAttention's score.
HeadPart all_heads(const EncoderShape& shape, int batch, TileMapPtr map, std::span<const int> lengths = {}) {
  HeadPart part{0, {}, "scaled_dot", {}, {}};
  part.problem.batch = batch;
  part.problem.heads = shape.heads;
  part.problem.head_width = shape.width / shape.heads;
  part.problem.map = std::move(map);
  part.problem.key_lengths = lengths;
  part.problem.lengths_change = !lengths.empty();
  return part;
}

HeadPart with_rules(Tape& tape, HeadPart heads, TrainingRules& rules, int layer) {
  if (tape.training()) heads.problem.rules = rules.add({layer, 0}, heads.problem, tape.arena());
  return heads;
}

}  // namespace

void add_decoder(std::vector<ParameterSpec>& specs, const EncoderShape& shape) {
  for (int layer = 0; layer < shape.layers; ++layer) {
    const std::string name = layer_name(layer);
    add_attention(specs, name + ".self_attn", shape.width);
    add_attention(specs, name + ".multihead_attn", shape.width);
    add_linear(specs, name + ".linear1", shape.width, shape.mlp);
    add_linear(specs, name + ".linear2", shape.mlp, shape.width);
    for (const char* norm : {".norm1", ".norm2", ".norm3"}) add_norm(specs, name + norm, shape.width);
  }
  add_norm(specs, "decoder.norm", shape.width);
}

Decoder::Decoder(const EncoderShape& shape, const DecoderSetup& setup)
    : shape_(shape),
      setup_(setup.model),
      self_heads_(all_heads(shape, setup_.batch, setup.map)),
      cross_heads_(all_heads(shape, setup_.batch, setup.cross_map, setup_.lengths)),
      self_rules_(setup_.knobs ? *setup_.knobs : no_knobs_, setup_.seed, shape.layers, shape.heads, Looking::kAnswer),
      cross_rules_(setup_.knobs ? *setup_.knobs : no_knobs_, setup_.seed, shape.layers, shape.heads,
                   Looking::kAnswerToSource),
      self_(shape.layers),
      cross_(shape.layers) {}

AttentionMeans Decoder::means() const {
  AttentionMeans both = self_rules_.means();
  return both += cross_rules_.means();
}

Variable Decoder::operator()(Tape& tape, ParameterSet& parameters, Variable x, Variable memory) {
  for (int index = 0; index < shape_.layers; ++index) x = layer(tape, parameters, index, x, memory);
  return norm_of(tape, parameters, "decoder.norm", x);
}

// x + self(norm(x)), then x + cross(norm(x), memory), then x + mlp(norm(x)).
Variable Decoder::layer(Tape& tape, ParameterSet& parameters, int index, Variable x, Variable memory) {
  const std::string name = layer_name(index);
  x = residual(tape, name + ".residual1", x,
               attend_to_self(tape, parameters, index, norm_of(tape, parameters, name + ".norm1", x)));
  x = residual(tape, name + ".residual2", x,
               attend_to_memory(tape, parameters, index, norm_of(tape, parameters, name + ".norm2", x), memory));
  Variable m = norm_of(tape, parameters, name + ".norm3", x);
  m = gelu(tape, name + ".gelu", linear_of(tape, parameters, name + ".linear1", m));
  return residual(tape, name + ".residual3", x, linear_of(tape, parameters, name + ".linear2", m));
}

Variable Decoder::attend_to_self(Tape& tape, ParameterSet& parameters, int index, Variable x) {
  const std::string name = layer_name(index) + ".self_attn";
  const Variable projected = linear(tape, name + ".in_proj", x, tape.parameter(parameters[name + ".in_proj_weight"]),
                                    tape.parameter(parameters[name + ".in_proj_bias"]));
  const HeadPart heads = with_rules(tape, self_heads_, self_rules_, index);
  const Variable mixed = self_attention(tape, name, projected, {&heads, 1}, self_[index], setup_.kernel);
  return linear_of(tape, parameters, name + ".out_proj", mixed);
}

// The joint projection's first third makes queries of x, the other two make keys and values of the memory.
Variable Decoder::attend_to_memory(Tape& tape, ParameterSet& parameters, int index, Variable x, Variable memory) {
  const std::string name = layer_name(index) + ".multihead_attn";
  const int64_t c = shape_.width;
  Parameter &weight = parameters[name + ".in_proj_weight"], &bias = parameters[name + ".in_proj_bias"];
  const Variable queries = linear(tape, name + ".q_proj", x, tape.part(weight, 0, {c, c}), tape.part(bias, 0, {c}));
  const Variable keys_values =
      linear(tape, name + ".kv_proj", memory, tape.part(weight, c * c, {2 * c, c}), tape.part(bias, c, {2 * c}));
  const HeadPart heads = with_rules(tape, cross_heads_, cross_rules_, index);
  const Variable mixed = cross_attention(tape, name, queries, keys_values, {&heads, 1}, cross_[index], setup_.kernel);
  return linear_of(tape, parameters, name + ".out_proj", mixed);
}

}  // namespace lab
