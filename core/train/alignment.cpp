#include "core/train/alignment.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lab {

namespace {

constexpr double kNear = 1;  // tokens

// Of one row's weights, what is near the diagonal; kBegin stands before the text's own tokens, kEnd after them.
double near_diagonal(const float* weights, int row, int rows, int keys) {
  const int own = keys - 2;
  const double at = 1 + (rows > 1 ? static_cast<double>(row) * (own - 1) / (rows - 1) : 0);
  double total = 0;
  for (int key = 0; key < keys; ++key)
    if (!(std::abs(key - at) > kNear)) total += weights[key];
  return total;
}

// The mean over all rows of all heads.
double near_diagonal(const SeenAttention& cross, int layer) {
  const int heads = static_cast<int>(cross.maps[layer].heads.size());
  double total = 0;
  for (int head = 0; head < heads; ++head)
    for (int row = 0; row < cross.queries; ++row)
      total += near_diagonal(cross.head(layer, head) + int64_t{row} * cross.keys, row, cross.queries, cross.keys);
  return total / (heads * cross.queries);
}

double near_diagonal_if_uniform(const SeenAttention& cross) {
  const std::vector<float> row(cross.keys, 1.0f / static_cast<float>(cross.keys));
  double total = 0;
  for (int query = 0; query < cross.queries; ++query)
    total += near_diagonal(row.data(), query, cross.queries, cross.keys);
  return total / cross.queries;
}

}  // namespace

Diagonal diagonal_of(Trainer& trainer, int lane, const SampleSet& set, int texts) {
  Diagonal diagonal;
  std::vector<double> of_layer(trainer.experiment().model.layers);
  for (int i = 0; i < std::min(texts, set.count()); ++i) {
    const SeenAttention cross = trainer.read(lane, set.sample(i)).cross;
    if (cross.empty() || cross.keys < 3) continue;
    for (size_t layer = 0; layer < of_layer.size(); ++layer)
      of_layer[layer] += near_diagonal(cross, static_cast<int>(layer));
    diagonal.uniform += near_diagonal_if_uniform(cross);
    ++diagonal.texts;
  }
  if (diagonal.texts == 0) return {};
  diagonal.share = *std::max_element(of_layer.begin(), of_layer.end()) / diagonal.texts;
  diagonal.uniform /= diagonal.texts;
  return diagonal;
}

}  // namespace lab
