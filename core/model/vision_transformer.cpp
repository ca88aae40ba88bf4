#include "core/model/vision_transformer.h"

namespace lab {

namespace {
constexpr Initial kZero{Initial::Kind::kConstant, 0}, kPosition{Initial::Kind::kNormal, 0.02f};
}

std::vector<ParameterSpec> parameter_specs(const VisionTransformerShape& shape) {
  std::vector<ParameterSpec> specs;
  const int64_t width = shape.encoder.width;
  add_linear(specs, "patch_embed", int64_t{shape.patch} * shape.patch, width);
  specs.push_back({"class_token", {1, 1, width}, kZero});
  specs.push_back({"position", {1, shape.tokens(), width}, kPosition});
  add_encoder(specs, shape.encoder);
  add_linear(specs, "head", width, shape.classes);
  add_learned(specs, shape.encoder, shape.geometry());
  return specs;
}

VisionTransformer::VisionTransformer(Device& device, const VisionTransformerShape& shape, const ModelSetup& setup,
                                     ParameterSet& parameters)
    : encoder_(shape.encoder, shape.geometry(), setup), tape_(device, setup.mode, setup.room), targets_(setup.batch) {
  const Variable pixels = tape_.variable("pixels", {setup.batch, shape.picture_height, shape.picture_width});
  Variable x = patches(tape_, "patches", pixels, shape.patch);
  x = linear_of(tape_, parameters, "patch_embed", x);
  x = place_tokens(tape_, "tokens", x, tape_.parameter(parameters["class_token"]),
                   tape_.parameter(parameters["position"]));
  x = encoder_.layers(tape_, parameters, x);
  // Only the class token is read, and the norm works on each token alone: so the others need no norm.
  x = encoder_.final_norm(tape_, parameters, class_token(tape_, "class_token", x));
  const Variable logits = linear_of(tape_, parameters, "head", x);
  pixels_ = pixels.value;
  loss_ = tape_.scratch({1});
  probabilities_ =
      cross_entropy(tape_, "probabilities", logits, targets_, &encoder_.knobs().label_smoothing, loss_).value;
}

void VisionTransformer::start_forward() {
  tape_.device().upload(pixels_);
  tape_.forward();
}

float VisionTransformer::loss() {
  tape_.device().download(loss_);
  return loss_[0];
}

float VisionTransformer::forward() {
  start_forward();
  return loss();
}

Tensor VisionTransformer::probabilities() {
  tape_.device().download(probabilities_);
  return probabilities_;
}

}  // namespace lab
