#include "core/inspect/gradient_attention.h"

#include <algorithm>
#include <numeric>

#include "core/base/error.h"
#include "core/ops/matmul.h"

namespace lab {

std::vector<float> attention_gradients(const Tensor& d_output, const Tensor& projected, int heads) {
  const int64_t width = d_output.shape[2], head_width = width / heads, joint = projected.shape[2];
  std::vector<float> gradients;
  gradients.reserve(heads * d_output.shape[1] * projected.shape[1]);
  for (int64_t h = 0; h < heads; ++h)
    for (int64_t i = 0; i < d_output.shape[1]; ++i)
      for (int64_t j = 0; j < projected.shape[1]; ++j) {
        const float* d = d_output.data + i * width + h * head_width;
        const float* v = projected.data + (j + 1) * joint - width + h * head_width;
        gradients.push_back(std::inner_product(d, d + head_width, v, 0.0f));
      }
  return gradients;
}

std::vector<float> attention_gradients(const Tape& tape, const EncoderShape& shape) {
  std::vector<float> all;
  for (int layer = 0; layer < shape.layers; ++layer) {
    const std::string name = encoder_layer(layer) + ".self_attn";
    const auto one =
        attention_gradients(tape.find(name).gradient->tensor, tape.find(name + ".in_proj").value, shape.heads);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

std::vector<float> gradient_attention(std::span<const float> weights, std::span<const float> gradients,
                                      const Shape& shape) {
  if (shape.rank() != 4 || shape[2] != shape[3] || static_cast<int64_t>(weights.size()) != shape.count() ||
      gradients.size() != weights.size())
    throw Error(
        "Gradient × attention needs weights and gradients of shape [layers, heads, N, N]; the shape is {}, "
        "with {} and {} numbers.",
        shape.text(), weights.size(), gradients.size());
  const int64_t layers = shape[0], heads = shape[1], n = shape[2];
  std::vector<float> relevance(n * n), mean(n * n), product(n * n);
  for (int64_t i = 0; i < n; ++i) relevance[i * n + i] = 1;
  for (int64_t layer = 0; layer < layers; ++layer) {
    std::fill(mean.begin(), mean.end(), 0.0f);
    for (int64_t at = 0; at < heads * n * n; ++at) {
      const int64_t from = layer * heads * n * n + at;
      mean[at % (n * n)] += std::max(0.0f, weights[from] * gradients[from]) / static_cast<float>(heads);
    }
    matmul(Into::kOverwrite, product.data(), n, MatrixView::rows(mean.data(), n), relevance.data(), n, n, n, n);
    for (int64_t i = 0; i < n * n; ++i) relevance[i] += product[i];
  }
  return relevance;
}

}  // namespace lab
