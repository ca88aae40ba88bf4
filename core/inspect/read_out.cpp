#include "core/inspect/read_out.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/ops/layer_norm.h"

namespace lab {

namespace {

// (x − mean) / √(variance + ε) · scale + shift, as core/ops/layer_norm.h.
std::vector<float> normed(std::span<const float> x, Tensor scale, Tensor shift) {
  const auto width = static_cast<float>(x.size());
  const float mean = std::accumulate(x.begin(), x.end(), 0.0f) / width;
  float variance = 0;
  for (const float number : x) variance += (number - mean) * (number - mean) / width;
  std::vector<float> y(x.size());
  for (size_t c = 0; c < x.size(); ++c)
    y[c] = (x[c] - mean) / std::sqrt(variance + kLayerNormEpsilon) * scale.data[c] + shift.data[c];
  return y;
}

}  // namespace

void softmax(std::span<const float> logits, std::span<float> probabilities) {
  const float largest = *std::max_element(logits.begin(), logits.end());
  float total = 0;
  for (size_t k = 0; k < logits.size(); ++k) total += probabilities[k] = std::exp(logits[k] - largest);
  for (float& share : probabilities) share /= total;
}

std::vector<float> read_out(ParameterSet& parameters, const std::string& norm, std::span<const float> token) {
  const std::vector<float> x = normed(token, parameters[norm + ".weight"].value, parameters[norm + ".bias"].value);
  const Tensor head = parameters["head.weight"].value, bias = parameters["head.bias"].value;
  std::vector<float> logits(bias.begin(), bias.end());
  for (size_t k = 0; k < logits.size(); ++k)
    logits[k] = std::inner_product(x.begin(), x.end(), head.data + k * x.size(), logits[k]);
  std::vector<float> probabilities(logits.size());
  softmax(logits, probabilities);
  return probabilities;
}

}  // namespace lab
