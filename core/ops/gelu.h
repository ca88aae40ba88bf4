#pragma once
// GELU, the exact form: y = x · Φ(x), Φ the normal distribution's cumulative function
// (Hendrycks and Gimpel, 2016; torch.nn.GELU(approximate="none")).

#include "core/base/tensor.h"
#include "core/ops/matmul.h"

namespace lab {

/// x → y of the same shape.
void gelu_forward(Tensor y, Tensor x);
/// dy, x → dx of the same shape.
void gelu_backward(Tensor dx, Into into_dx, Tensor dy, Tensor x);

}  // namespace lab
