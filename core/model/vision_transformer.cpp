#include "core/model/vision_transformer.h"

#include <cmath>

#include "core/base/error.h"

namespace lab {

namespace {

std::string layer_name(int layer) { return fmt::format("encoder.layers.{}", layer); }

Initial uniform(double bound) { return {Initial::Kind::kUniform, static_cast<float>(bound)}; }

constexpr Initial kZero{Initial::Kind::kConstant, 0}, kOne{Initial::Kind::kConstant, 1};
constexpr Initial kPosition{Initial::Kind::kNormal, 0.02f};

// torch.nn.Linear's own start: uniform in ± 1/√in, weight and bias alike.
void add_linear(std::vector<ParameterSpec>& specs, const std::string& name, int64_t in, int64_t out) {
  specs.push_back({name + ".weight", {out, in}, uniform(1 / std::sqrt(in))});
  specs.push_back({name + ".bias", {out}, uniform(1 / std::sqrt(in))});
}

void add_norm(std::vector<ParameterSpec>& specs, const std::string& name, int64_t width) {
  specs.push_back({name + ".weight", {width}, kOne});
  specs.push_back({name + ".bias", {width}, kZero});
}

// torch.nn.MultiheadAttention's start: Xavier for the joint projection, both biases 0.
void add_attention(std::vector<ParameterSpec>& specs, const std::string& name, int64_t width) {
  specs.push_back({name + ".in_proj_weight", {3 * width, width}, uniform(std::sqrt(6.0 / (4 * width)))});
  specs.push_back({name + ".in_proj_bias", {3 * width}, kZero});
  specs.push_back({name + ".out_proj.weight", {width, width}, uniform(1 / std::sqrt(width))});
  specs.push_back({name + ".out_proj.bias", {width}, kZero});
}

void add_encoder_layer(std::vector<ParameterSpec>& specs, const std::string& name, int64_t width, int64_t mlp) {
  add_attention(specs, name + ".self_attn", width);
  add_linear(specs, name + ".linear1", width, mlp);
  add_linear(specs, name + ".linear2", mlp, width);
  add_norm(specs, name + ".norm1", width);
  add_norm(specs, name + ".norm2", width);
}

}  // namespace

std::vector<ParameterSpec> parameter_specs(const VisionTransformerShape& shape) {
  std::vector<ParameterSpec> specs;
  add_linear(specs, "patch_embed", int64_t{shape.patch} * shape.patch, shape.width);
  specs.push_back({"class_token", {1, 1, shape.width}, kZero});
  specs.push_back({"position", {1, shape.tokens(), shape.width}, kPosition});
  for (int layer = 0; layer < shape.layers; ++layer)
    add_encoder_layer(specs, layer_name(layer), shape.width, shape.mlp);
  add_norm(specs, "encoder.norm", shape.width);
  add_linear(specs, "head", shape.width, shape.classes);
  return specs;
}

VisionTransformer::VisionTransformer(Device& device, const Setup& setup, ParameterSet& parameters)
    : setup_(setup),
      knobs_(setup.knobs ? *setup.knobs : no_knobs_),
      kernels_(setup.shape.layers),
      tape_(device, setup.mode),
      targets_(setup.batch) {
  const VisionTransformerShape& shape = setup.shape;
  if (!(setup.map->geometry() == shape.geometry()))
    throw Error("The attention pattern was made for {} tokens, but a picture of {} × {} pixels in patches of {} has {}.",
                setup.map->queries(), shape.height, shape.width_pixels, shape.patch, shape.tokens());
  const int head_width = shape.width / shape.heads;
  problem_ = {setup.batch, shape.heads, head_width,
              setup.scale > 0 ? setup.scale : 1 / std::sqrt(static_cast<float>(head_width)), setup.map};

  const Variable pixels = tape_.variable("pixels", {setup.batch, shape.height, shape.width_pixels});
  Variable x = patches(tape_, "patches", pixels, shape.patch);
  x = linear_of(parameters, "patch_embed", x);
  x = place_tokens(tape_, "tokens", x, named(parameters, "class_token"), named(parameters, "position"));
  for (int layer = 0; layer < shape.layers; ++layer) x = encoder_layer(layer, x, parameters);
  // Only the class token is read, and the norm works on each token alone: so the others need no norm.
  x = norm_of(parameters, "encoder.norm", class_token(tape_, "class_token", x));
  const Variable logits = linear_of(parameters, "head", x);
  pixels_ = pixels.value;
  probabilities_ =
      cross_entropy(tape_, "probabilities", logits, targets_, &knobs_.label_smoothing, &loss_).value;
}

// x + attention(norm(x)), then x + mlp(norm(x)).
Variable VisionTransformer::encoder_layer(int layer, Variable x, ParameterSet& parameters) {
  const std::string name = layer_name(layer);
  Variable a = norm_of(parameters, name + ".norm1", x);
  a = linear(tape_, name + ".self_attn.in_proj", a, named(parameters, name + ".self_attn.in_proj_weight"),
             named(parameters, name + ".self_attn.in_proj_bias"));
  a = self_attention(tape_, name + ".self_attn", a, problem_, kernels_[layer], setup_.kernel);
  a = dropped(name + ".dropout1", linear_of(parameters, name + ".self_attn.out_proj", a));
  x = residual(tape_, name + ".residual1", x, a);

  Variable m = norm_of(parameters, name + ".norm2", x);
  m = gelu(tape_, name + ".gelu", linear_of(parameters, name + ".linear1", m));
  m = linear_of(parameters, name + ".linear2", dropped(name + ".dropout", m));
  return residual(tape_, name + ".residual2", x, dropped(name + ".dropout2", m));
}

Variable VisionTransformer::linear_of(ParameterSet& parameters, const std::string& name, Variable x) {
  return linear(tape_, name, x, named(parameters, name + ".weight"), named(parameters, name + ".bias"));
}

Variable VisionTransformer::norm_of(ParameterSet& parameters, const std::string& name, Variable x) {
  return layer_norm(tape_, name, x, named(parameters, name + ".weight"), named(parameters, name + ".bias"));
}

Variable VisionTransformer::dropped(const std::string& name, Variable x) {
  if (!(knobs_.dropout > 0)) return x;
  return dropout(tape_, name, x, {&knobs_.dropout, &knobs_.step, setup_.seed}, dropouts_++);
}

float VisionTransformer::forward() {
  tape_.forward();
  return loss_;
}

}  // namespace lab
