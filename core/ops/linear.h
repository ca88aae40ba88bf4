#pragma once
// Linear: y = x · wᵀ + b, as torch.nn.Linear.

#include "core/base/tensor.h"
#include "core/ops/matmul.h"

namespace lab {

/// x [R, in], w [out, in], b [out] (or none) → y [R, out]. `w_transposed` [in, out] is scratch.
void linear_forward(Tensor y, Tensor x, Tensor w, Tensor b, Tensor w_transposed);

/// dy [R, out] → dx [R, in] (none: not wanted), dw [out, in] (none: neither is wanted), db [out] (none: not wanted).
/// `into_dx` says whether dx is overwritten or added to; dw and db likewise by `into_dw`.
void linear_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x, Tensor w);

}  // namespace lab
