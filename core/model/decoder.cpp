#include "core/model/decoder.h"

#include <fmt/format.h>

namespace lab {

std::string decoder_layer(int layer) { return fmt::format("decoder.layers.{}", layer); }

EncoderShape looking_at_source(EncoderShape shape) {
  const auto look = [](Spending& spending) { spending = {{}, spending.score, {}}; };
  look(shape.attention);
  for (HeadException& exception : shape.attention.exceptions) look(exception.spending);
  return shape;
}

void add_decoder(std::vector<ParameterSpec>& specs, const EncoderShape& shape) {
  for (int layer = 0; layer < shape.layers; ++layer) {
    const std::string name = decoder_layer(layer);
    add_attention(specs, name + ".self_attn", shape.width);
    add_attention(specs, name + ".multihead_attn", shape.width);
    add_linear(specs, name + ".linear1", shape.width, shape.mlp);
    add_linear(specs, name + ".linear2", shape.mlp, shape.width);
    for (const char* norm : {".norm1", ".norm2", ".norm3"}) add_norm(specs, name + norm, shape.width);
  }
  add_norm(specs, "decoder.norm", shape.width);
}

void add_learned_of_decoder(std::vector<ParameterSpec>& specs, const EncoderShape& shape, int context) {
  add_learned(specs, causal(shape), Geometry::sequence(context),
              [](int layer) { return decoder_layer(layer) + ".self_attn"; });
  add_learned(specs, looking_at_source(shape), Geometry::sequence(context),
              [](int layer) { return decoder_layer(layer) + ".multihead_attn"; });
}

Decoder::Decoder(const EncoderShape& shape, const DecoderSetup& setup)
    : self_shape_(causal(shape)),
      cross_shape_(looking_at_source(shape)),
      setup_(setup.model),
      self_maps_(
          make_layer_maps(self_shape_.attention, Geometry::sequence(setup.target_tokens), shape.layers, shape.heads)),
      cross_maps_(make_layer_maps(cross_shape_.attention, Geometry::sequence(setup.target_tokens, setup.source_tokens),
                                  shape.layers, shape.heads)),
      self_rules_(setup_.knobs ? *setup_.knobs : no_knobs_, setup_.seed, shape.layers, shape.heads, Attending::kAnswer),
      cross_rules_(setup_.knobs ? *setup_.knobs : no_knobs_, setup_.seed, shape.layers, shape.heads, Attending::kCross),
      dropped_(setup_.knobs ? *setup_.knobs : no_knobs_, setup_.seed, Dropouts::kDecoder),
      self_(shape.layers),
      cross_(shape.layers) {}

AttentionMeans Decoder::means() const {
  AttentionMeans both = self_rules_.means();
  return both += cross_rules_.means();
}

Variable Decoder::operator()(Tape& tape, ParameterSet& parameters, Variable x, Variable memory) {
  for (int index = 0; index < self_shape_.layers; ++index) x = layer(tape, parameters, index, x, memory);
  return norm_of(tape, parameters, "decoder.norm", x);
}

// x + self(norm(x)), then x + cross(norm(x), memory), then x + mlp(norm(x)).
Variable Decoder::layer(Tape& tape, ParameterSet& parameters, int index, Variable x, Variable memory) {
  const std::string name = decoder_layer(index);
  Variable a = attend_to_self(tape, parameters, index, norm_of(tape, parameters, name + ".norm1", x));
  x = residual(tape, name + ".residual1", x, dropped_(tape, name + ".dropout1", a));
  a = attend_to_memory(tape, parameters, index, norm_of(tape, parameters, name + ".norm2", x), memory);
  x = residual(tape, name + ".residual2", x, dropped_(tape, name + ".dropout2", a));

  Variable m = norm_of(tape, parameters, name + ".norm3", x);
  m = gelu(tape, name + ".gelu", linear_of(tape, parameters, name + ".linear1", m));
  m = linear_of(tape, parameters, name + ".linear2", dropped_(tape, name + ".dropout", m));
  return residual(tape, name + ".residual3", x, dropped_(tape, name + ".dropout3", m));
}

// Training's rules while it trains, a viewer's changes while it is read.
void Decoder::follow_rules(Tape& tape, int layer, Attending attending, std::span<HeadPart> parts) {
  TrainingRules& rules = attending == Attending::kAnswer ? self_rules_ : cross_rules_;
  for (HeadPart& part : parts)
    part.problem.rules = tape.training() && setup_.changes.empty()
                             ? rules.add({layer, part.first}, part.problem, tape.arena())
                             : changes_.add(part.problem, layer, part.first, setup_.changes, attending,
                                            tape.training() ? &tape.arena() : nullptr);
}

Variable Decoder::attend_to_self(Tape& tape, ParameterSet& parameters, int index, Variable x) {
  const std::string name = decoder_layer(index) + ".self_attn";
  const Variable projected = linear(tape, name + ".in_proj", x, tape.parameter(parameters[name + ".in_proj_weight"]),
                                    tape.parameter(parameters[name + ".in_proj_bias"]));
  AttentionProblem common;
  common.batch = setup_.batch;
  common.keep_stages = setup_.keep_stages;
  std::vector<HeadPart> parts = head_parts(tape, parameters, name, self_shape_, index, self_maps_[index], common);
  follow_rules(tape, index, Attending::kAnswer, parts);
  const Variable mixed = self_attention(tape, name, projected, parts, self_[index], setup_.kernel);
  return linear_of(tape, parameters, name + ".out_proj", mixed);
}

// The joint projection's first third makes queries of x, the other two make keys and values of the memory.
Variable Decoder::attend_to_memory(Tape& tape, ParameterSet& parameters, int index, Variable x, Variable memory) {
  const std::string name = decoder_layer(index) + ".multihead_attn";
  const int64_t c = self_shape_.width;
  Parameter &weight = parameters[name + ".in_proj_weight"], &bias = parameters[name + ".in_proj_bias"];
  const Variable queries = linear(tape, name + ".q_proj", x, tape.part(weight, 0, {c, c}), tape.part(bias, 0, {c}));
  const Variable keys_values =
      linear(tape, name + ".kv_proj", memory, tape.part(weight, c * c, {2 * c, c}), tape.part(bias, c, {2 * c}));
  AttentionProblem common;
  common.batch = setup_.batch;
  common.keep_stages = setup_.keep_stages;
  common.key_lengths = setup_.lengths;
  common.lengths_change = !setup_.lengths.empty();
  std::vector<HeadPart> parts = head_parts(tape, parameters, name, cross_shape_, index, cross_maps_[index], common);
  follow_rules(tape, index, Attending::kCross, parts);
  const Variable mixed = cross_attention(tape, name, queries, keys_values, parts, cross_[index], setup_.kernel);
  return linear_of(tape, parameters, name + ".out_proj", mixed);
}

}  // namespace lab
