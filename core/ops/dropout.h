#pragma once
// Dropout (Srivastava et al., 2014): each number is kept with probability 1−p and scaled by 1/(1−p).

#include "core/base/rng.h"
#include "core/base/tensor.h"
#include "core/ops/matmul.h"

namespace lab {

/// x → y of the same shape. The mask follows from the random stream and the step alone, so the way
/// back computes it again instead of keeping it. p in [0, 1).
void dropout_forward(Tensor y, Tensor x, float p, const Rng& rng, uint64_t step);
/// dy → dx with the same mask.
void dropout_backward(Tensor dx, Into into_dx, Tensor dy, float p, const Rng& rng, uint64_t step);

}  // namespace lab
