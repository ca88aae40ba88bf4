#include "core/inspect/rollout.h"

#include <numeric>

#include "core/base/error.h"
#include "core/ops/matmul.h"

namespace lab {

namespace {

void check(std::span<const float> weights, const Shape& shape, float residual) {
  if (shape.rank() != 4 || shape.count() < 1 || shape[2] != shape[3])
    throw Error("Attention rollout needs weights of shape [layers, heads, N, N]; these are {}.", shape.text());
  if (static_cast<int64_t>(weights.size()) != shape.count())
    throw Error("Attention rollout was given {} weights; the shape {} needs {}.", weights.size(), shape.text(),
                shape.count());
  if (!(residual >= 0 && residual <= 1))
    throw Error("The residual share of attention rollout is {}; it must be from 0 to 1.", residual);
}

// The matrix of one layer, `weights` [H, N, N] → [N, N].
std::vector<float> layer_matrix(const float* weights, int64_t heads, int64_t tokens, float residual) {
  std::vector<float> matrix(tokens * tokens);
  for (int64_t h = 0; h < heads; ++h)
    for (float& to : matrix) to += *weights++ * (1 - residual) / static_cast<float>(heads);
  for (int64_t i = 0; i < tokens; ++i) {
    const std::span<float> row(matrix.data() + i * tokens, tokens);
    row[i] += residual;
    const float total = std::accumulate(row.begin(), row.end(), 0.0f);
    for (float& share : row) share /= total != 0 ? total : 1;
  }
  return matrix;
}

}  // namespace

std::vector<float> attention_rollout(std::span<const float> weights, Shape shape, float residual) {
  check(weights, shape, residual);
  const int64_t layers = shape[0], heads = shape[1], tokens = shape[2], layer_size = heads * tokens * tokens;
  const auto matrix = [&](int64_t layer) {
    return layer_matrix(weights.data() + layer * layer_size, heads, tokens, residual);
  };
  std::vector<float> rollout = matrix(0), product(rollout.size());
  for (int64_t layer = 1; layer < layers; ++layer) {
    const std::vector<float> next = matrix(layer);
    // rollout = A · rollout
    matmul(Into::kOverwrite, product.data(), tokens, MatrixView::rows(next.data(), tokens), rollout.data(), tokens,
           tokens, tokens, tokens);
    rollout.swap(product);
  }
  return rollout;
}

}  // namespace lab
