#pragma once
// Optimisers over flat arrays: SGD with momentum, Adam (Kingma and Ba, 2015), AdamW (Loshchilov and
// Hutter, 2019), each as in torch.optim; gradient clipping and learning-rate schedules beside them.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/train/experiment.h"

namespace lab {

class Optimiser {
 public:
  /// `count` parameters, all state 0.
  explicit Optimiser(size_t count) : first_(count), second_(count) {}

  /// One update of `values` by `gradients` at the given learning rate. Settings may change between steps.
  /// Throws Error when `settings.kind` is unknown.
  void step(const OptimiserSettings& settings, float learning_rate, std::span<float> values,
            std::span<const float> gradients);

  int64_t steps() const { return steps_; }

 private:
  std::vector<float> first_, second_;  // momentum; or Adam's first and second moments
  int64_t steps_ = 0;
};

/// Throws Error, listing the known ones, when there is no optimiser of that kind.
void check_optimiser_kind(std::string_view kind);

/// The learning rate of training step `step` (from 0): linear warm-up, then constant or a cosine to 0.
float scheduled_rate(const OptimiserSettings& settings, int64_t step);

/// The gradient's Euclidean norm, summed in a fixed order; scales it down to `largest` when that is above 0
/// and the norm is beyond it (as torch.nn.utils.clip_grad_norm_). Returns the norm before.
float clip_gradient(std::span<float> gradients, float largest);

}  // namespace lab
