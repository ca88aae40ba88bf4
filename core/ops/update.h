#pragma once
// What a training step does after the way back, on flat arrays: the gradient's norm and its clipping, and the
// update of the parameters. SGD with momentum, Adam (Kingma and Ba, 2015), AdamW (Loshchilov and Hutter, 2019),
// each as in torch.optim.

#include <span>

#include "core/base/tensor.h"

namespace lab {

/// One update: its rule, and the numbers of the rule at this step.
struct Update {
  enum class Rule { kMomentum, kAdam, kAdamDecoupled };
  Rule rule = Rule::kAdam;
  float rate = 0;
  float weight_decay = 0;                     // joins the gradient; decoupled: shrinks the parameter by itself
  float momentum = 0;                         // kMomentum; 0 at the first step
  float beta1 = 0, beta2 = 0, epsilon = 0;    // kAdam, kAdamDecoupled
  float first_so_far = 1, second_so_far = 1;  // 1 − β₁ᵗ and √(1 − β₂ᵗ): moments start at 0
};

/// values, gradients, first, second [P]: the moments `first` (momentum) and `second` are moved on, then the values.
/// Nothing moves where there is a `norm` [1] and it is not finite.
void update(const Update& update, Tensor values, Tensor gradients, Tensor first, Tensor second, Tensor norm);

/// The Euclidean norm, of gradients or other numbers, summed in a fixed order; scales them down to `largest` when that
/// is above 0 and the norm is beyond it (as torch.nn.utils.clip_grad_norm_). Returns the norm before.
float clip_gradient(std::span<float> gradients, float largest);

}  // namespace lab
