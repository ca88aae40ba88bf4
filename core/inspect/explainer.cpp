#include "core/inspect/explainer.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/inspect/four_ways.h"
#include "core/inspect/gradient_attention.h"
#include "core/inspect/read_out.h"

namespace lab {

namespace {

constexpr float kPixelScale = 1.0f / 255.0f;
ModelSetup setup(int batch, Tape::Mode mode, std::span<const Intervention> changes) {
  return {.batch = batch, .mode = mode, .changes = changes};
}

void fill(Tensor pixels, int64_t slot, std::span<const uint8_t> picture, float brightness = 1) {
  float* to = pixels.data + slot * static_cast<int64_t>(picture.size());
  for (const uint8_t level : picture) *to++ = static_cast<float>(level) * kPixelScale * brightness;
}

}  // namespace

// What one forward and backward pass on the whole picture gave.
struct Explainer::Seen {
  int answer;
  std::vector<float> weights, gradients;  // [L, H, N, N]; of the logarithm of the answer's probability
};

Explainer::Explainer(const VisionTransformerShape& shape, std::span<const Intervention> changes)
    : shape_(shape),
      parameters_(parameter_specs(shape)),
      one_(cpu_device(), shape, setup(1, Tape::Mode::kTraining, changes), parameters_),
      path_(cpu_device(), shape, setup(kIntegrationSteps, Tape::Mode::kTraining, changes), parameters_),
      deletion_(cpu_device(), shape, setup(kDeletions, Tape::Mode::kInference, changes), parameters_) {
  parameters_.freeze();
}

void Explainer::take(const ParameterSet& weights) {
  if (weights.values().size() != parameters_.values().size())
    throw Error("The model to explain has {} weights; this one has {}.", weights.count(), parameters_.count());
  std::copy(weights.values().begin(), weights.values().end(), parameters_.values().begin());
}

Explainer::Seen Explainer::look(std::span<const uint8_t> picture, int answer) {
  const int layers = shape_.encoder.layers, heads = shape_.encoder.heads, n = shape_.tokens();
  const int64_t per_layer = int64_t{heads} * n * n;
  fill(one_.pixels(), 0, picture);
  one_.targets()[0] = 0;
  one_.forward();
  const Tensor p = one_.probabilities();
  if (answer < 0) answer = static_cast<int>(std::max_element(p.begin(), p.end()) - p.begin());
  Seen seen{answer, {}, {}};
  one_.targets()[0] = seen.answer;
  one_.forward();
  seen.weights.resize(layers * per_layer);  // before the way back, which undoes what was changed in them
  for (int layer = 0; layer < layers; ++layer)
    one_.encoder().attention(layer).weights({seen.weights.data() + layer * per_layer, {1, heads, n, n}});
  one_.backward();
  seen.gradients = attention_gradients(one_.tape(), shape_.encoder);
  for (float& gradient : seen.gradients) gradient = -gradient;  // the loss is −log p
  return seen;
}

// Σ over the path of d(log p)/d(pixel), times the pixel; along a straight line from black by the midpoint rule. The
// pixels reach the model by the patch embedding E = W·x + b alone, so x·dx is (W·x)·dE.
std::vector<float> Explainer::integrated_gradients(std::span<const uint8_t> picture, int answer) {
  for (int step = 0; step < kIntegrationSteps; ++step)
    fill(path_.pixels(), step, picture, (static_cast<float>(step) + 0.5f) / kIntegrationSteps);
  std::fill(path_.targets().begin(), path_.targets().end(), answer);
  path_.forward();
  path_.backward();  // of the mean over the path
  const Tensor gradient = path_.tape().find("patch_embed").gradient->tensor;
  const Tensor embedded = one_.tape().find("patch_embed").value, bias = parameters_["patch_embed.bias"].value;
  const int patches = shape_.tokens() - 1, width = shape_.encoder.width;
  std::vector<float> relevance(patches);
  for (int64_t step = 0; step < kIntegrationSteps; ++step)
    for (int patch = 0; patch < patches; ++patch) {
      const float* d = gradient.data + (step * patches + patch) * width;
      const float* e = embedded.data + int64_t{patch} * width;
      for (int c = 0; c < width; ++c) relevance[patch] -= d[c] * (e[c] - bias[c]);
    }
  return relevance;
}

std::array<float, kDeletions> Explainer::remaining(std::span<const uint8_t> picture, std::span<const uint32_t> order,
                                                   int answer) {
  const int side = shape_.patch, columns = shape_.picture_width / side;
  for (int slot = 0; slot < kDeletions; ++slot) {
    fill(deletion_.pixels(), slot, picture);
    float* pixels = deletion_.pixels().data + int64_t{slot} * static_cast<int64_t>(picture.size());
    for (const uint32_t patch : order.first(removed_parts(order.size(), slot)))
      for (int y = 0; y < side; ++y)
        std::fill_n(pixels + (patch / columns * side + y) * shape_.picture_width + patch % columns * side, side, 0.0f);
  }
  deletion_.forward();
  std::array<float, kDeletions> result;
  for (int slot = 0; slot < kDeletions; ++slot)
    result[slot] = deletion_.probabilities()[int64_t{slot} * shape_.classes + answer];
  return result;
}

std::vector<float> Explainer::by_layer() {
  const auto width = static_cast<size_t>(shape_.encoder.width);
  std::vector<float> rows;
  for (int layer = -1; layer < shape_.encoder.layers; ++layer) {
    const Tensor tokens = one_.tape().find(layer < 0 ? "tokens" : encoder_layer(layer) + ".residual2").value;
    const std::vector<float> row = read_out(parameters_, "encoder.norm", {tokens.data, width});
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

Explanation Explainer::explain(std::span<const uint8_t> picture, int answer) {
  if (picture.size() != static_cast<size_t>(shape_.picture_height) * shape_.picture_width)
    throw Error("The picture to explain has {} pixels; the model's have {} × {}.", picture.size(), shape_.picture_width,
                shape_.picture_height);
  const int n = shape_.tokens();
  const Seen now = look(picture, answer < shape_.classes ? answer : -1);
  const SeenAnswer seen = {now.answer, now.weights, now.gradients, {shape_.encoder.layers, shape_.encoder.heads, n, n},
                           0,          1,           n - 1};
  Explanation result = explain_in_four_ways(seen, integrated_gradients(picture, now.answer));
  result.by_layer = by_layer();
  while (!result.finished())
    add_remaining(result, remaining(picture, removal_order(result, result.tested), now.answer));
  return result;
}

}  // namespace lab
