#include "core/inspect/explainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "core/device/cpu_device.h"
#include "core/inspect/gradient_attention.h"
#include "core/inspect/rollout.h"
#include "core/ops/layer_norm.h"

namespace lab {

namespace {

constexpr ExplanationKind kKinds[] = {
    {"Attention", "How much the class token looks at each patch in the last layer, mean of its heads.", ""},
    {"Rollout", "Attention multiplied through all layers: how much of each patch can reach the answer.",
     "Abnar and Zuidema, 2020"},
    {"Gradient × attention",
     "Attention in all layers, but only as far as more of it would make the answer more probable.",
     "Chefer and others, 2021"},
    {"Integrated gradients",
     "How much each patch adds to the answer as the picture is faded in from black; attention is not looked at.",
     "Sundararajan and others, 2017"},
};
static_assert(std::size(kKinds) == kExplanationWays);

constexpr float kPixelScale = 1.0f / 255.0f;
constexpr uint64_t kSeed = 1;  // the same random orders for every picture and step, so that curves can be compared

ModelSetup setup(int batch, Tape::Mode mode) {
  ModelSetup setup;
  setup.batch = batch;
  setup.mode = mode;
  return setup;
}

void fill(Tensor pixels, int64_t slot, std::span<const uint8_t> picture, float brightness = 1) {
  float* to = pixels.data + slot * static_cast<int64_t>(picture.size());
  for (const uint8_t level : picture) *to++ = static_cast<float>(level) * kPixelScale * brightness;
}

std::vector<uint32_t> highest_first(std::span<const float> relevance) {
  std::vector<uint32_t> order(relevance.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return relevance[a] > relevance[b]; });
  return order;
}

// Of the class token's row of [N, N], the patches.
std::vector<float> patches_of(std::span<const float> rows, int tokens) {
  return {rows.begin() + 1, rows.begin() + tokens};
}

}  // namespace

// What one forward and backward pass on the whole picture gave.
struct Explainer::Seen {
  int answer;
  std::vector<float> weights, gradients;  // [L, H, N, N]; of the logarithm of the answer's probability
};

const ExplanationKind& explanation_kind(int way) { return kKinds[way]; }

float area_under(const std::array<float, kDeletions>& remaining) {
  const float inner = std::accumulate(remaining.begin() + 1, remaining.end() - 1, 0.0f);
  return (inner + (remaining.front() + remaining.back()) / 2) / (kDeletions - 1);
}

Explainer::Explainer(const VisionTransformerShape& shape)
    : shape_(shape),
      parameters_(parameter_specs(shape)),
      one_(cpu_device(), shape, setup(1, Tape::Mode::kTraining), parameters_),
      path_(cpu_device(), shape, setup(kIntegrationSteps, Tape::Mode::kTraining), parameters_),
      deletion_(cpu_device(), shape, setup(kDeletions, Tape::Mode::kInference), parameters_) {}

void Explainer::take(const ParameterSet& weights) {
  if (weights.values().size() != parameters_.values().size())
    throw Error("The model to explain has {} weights; this one has {}.", weights.count(), parameters_.count());
  std::copy(weights.values().begin(), weights.values().end(), parameters_.values().begin());
}

Explainer::Seen Explainer::look(std::span<const uint8_t> picture) {
  const int layers = shape_.encoder.layers, heads = shape_.encoder.heads, n = shape_.tokens();
  const int64_t per_layer = int64_t{heads} * n * n;
  fill(one_.pixels(), 0, picture);
  one_.targets()[0] = 0;
  one_.forward();
  const Tensor p = one_.probabilities();
  Seen seen{static_cast<int>(std::max_element(p.begin(), p.end()) - p.begin()), {}, {}};
  one_.targets()[0] = seen.answer;
  one_.forward();
  one_.backward();
  seen.weights.resize(layers * per_layer);
  for (int layer = 0; layer < layers; ++layer)
    one_.encoder().attention(layer).weights({seen.weights.data() + layer * per_layer, {1, heads, n, n}});
  seen.gradients = attention_gradients(one_, shape_.encoder);
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
    const size_t removed = order.size() * static_cast<size_t>(slot) / (kDeletions - 1);
    for (const uint32_t patch : order.first(removed))
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
  const int64_t width = shape_.encoder.width, classes = shape_.classes;
  const auto value = [&](const char* name) { return parameters_[name].value; };
  const Tensor scale = value("encoder.norm.weight"), shift = value("encoder.norm.bias");
  const Tensor head = value("head.weight"), bias = value("head.bias");
  std::vector<float> rows;
  for (int layer = -1; layer < shape_.encoder.layers; ++layer) {
    const float* x = one_.tape().find(layer < 0 ? "tokens" : encoder_layer(layer) + ".residual2").value.data;
    const float mean = std::accumulate(x, x + width, 0.0f) / static_cast<float>(width);
    float variance = 0;
    for (int64_t c = 0; c < width; ++c) variance += (x[c] - mean) * (x[c] - mean) / static_cast<float>(width);
    std::vector<float> logits(bias.begin(), bias.end());
    for (int64_t k = 0; k < classes; ++k)
      for (int64_t c = 0; c < width; ++c)
        logits[k] +=
            head[k * width + c] * ((x[c] - mean) / std::sqrt(variance + kLayerNormEpsilon) * scale[c] + shift[c]);
    const float largest = *std::max_element(logits.begin(), logits.end());
    float total = 0;
    for (float& logit : logits) total += logit = std::exp(logit - largest);
    for (const float share : logits) rows.push_back(share / total);
  }
  return rows;
}

Explanation Explainer::explain(std::span<const uint8_t> picture) {
  if (picture.size() != static_cast<size_t>(shape_.picture_height) * shape_.picture_width)
    throw Error("The picture to explain has {} pixels; the model's have {} × {}.", picture.size(), shape_.picture_width,
                shape_.picture_height);
  const int n = shape_.tokens(), heads = shape_.encoder.heads, layers = shape_.encoder.layers;
  const Seen seen = look(picture);
  Explanation result;
  result.answer = seen.answer;
  result.by_layer = by_layer();
  const Shape shape = {layers, heads, n, n}, last = {1, heads, n, n};
  const std::span<const float> last_layer = std::span(seen.weights).last(static_cast<size_t>(last.count()));
  result.ways[kRawAttention].relevance = patches_of(attention_rollout(last_layer, last, 0), n);
  result.ways[kRollout].relevance = patches_of(attention_rollout(seen.weights, shape), n);
  result.ways[kGradientAttention].relevance = patches_of(gradient_attention(seen.weights, seen.gradients, shape), n);
  result.ways[kIntegratedGradients].relevance = integrated_gradients(picture, seen.answer);
  for (Explanation::Way& way : result.ways)
    way.remaining = remaining(picture, highest_first(way.relevance), seen.answer);
  Rng rng(kSeed, stream::kRemoval);
  std::vector<uint32_t> order(n - 1);
  for (int run = 0; run < kRandomOrders; ++run) {
    rng.permute(order);
    const auto once = remaining(picture, order, seen.answer);
    for (int i = 0; i < kDeletions; ++i) result.at_random[i] += once[i] / kRandomOrders;
  }
  return result;
}

}  // namespace lab
