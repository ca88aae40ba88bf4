#include "core/ops/losses.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/parallel.h"

namespace lab {

namespace {

// Rows are shared out in so many runs whatever the number of threads; each adds up its own part of the loss.
constexpr int kTasks = 16;

template <class Body>
void each_run_of_rows(int64_t rows, const Body& body) {
  parallel_for(kTasks, [&](int64_t task) { body(task, rows * task / kTasks, rows * (task + 1) / kTasks); });
}

// One row: fills the probabilities and returns −Σ truth · log probability.
double row_loss(float* probability, const float* logit, int64_t classes, int target, float smoothing) {
  float largest = -std::numeric_limits<float>::infinity();
  for (int64_t k = 0; k < classes; ++k) largest = std::max(largest, logit[k]);
  double total = 0, logits = 0;
  for (int64_t k = 0; k < classes; ++k) {
    probability[k] = std::exp(logit[k] - largest);
    total += probability[k];
    logits += logit[k] - largest;
  }
  for (int64_t k = 0; k < classes; ++k) probability[k] = static_cast<float>(probability[k] / total);
  const double on_target = std::log(total) - (logit[target] - largest);
  const double on_all = std::log(total) - logits / static_cast<double>(classes);
  return (1.0 - smoothing) * on_target + smoothing * on_all;
}

}  // namespace

float cross_entropy_forward(Tensor probabilities, Tensor logits, std::span<const int> targets, float smoothing) {
  const int64_t rows = logits.shape.rows(), classes = logits.shape.columns();
  std::array<double, kTasks> losses{};
  each_run_of_rows(rows, [&](int64_t task, int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r)
      losses[task] +=
          row_loss(probabilities.data + r * classes, logits.data + r * classes, classes, targets[r], smoothing);
  });
  return static_cast<float>(std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(rows));
}

void cross_entropy_backward(Tensor d_logits, Tensor probabilities, std::span<const int> targets, float smoothing) {
  const int64_t rows = probabilities.shape.rows(), classes = probabilities.shape.columns();
  const float each = smoothing / static_cast<float>(classes), scale = 1.0f / static_cast<float>(rows);
  each_run_of_rows(rows, [&](int64_t, int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r)
      for (int64_t k = 0; k < classes; ++k) {
        const float truth = each + (k == targets[r] ? 1.0f - smoothing : 0.0f);
        // d_logit = (probability − truth) / R
        d_logits[r * classes + k] = (probabilities[r * classes + k] - truth) * scale;
      }
  });
}

float mse_forward(Tensor prediction, Tensor target) {
  double total = 0;
  for (int64_t i = 0; i < prediction.count(); ++i) {
    const double difference = double{prediction[i]} - target[i];
    total += difference * difference;
  }
  return static_cast<float>(total / static_cast<double>(prediction.count()));
}

void mse_backward(Tensor d_prediction, Tensor prediction, Tensor target) {
  const float scale = 2.0f / static_cast<float>(prediction.count());
  // d_prediction = 2 · (prediction − target) / count
  for (int64_t i = 0; i < prediction.count(); ++i) d_prediction[i] = scale * (prediction[i] - target[i]);
}

}  // namespace lab
