#pragma once
// Layer normalisation over the last axis: y = (x − mean) / √(variance + ε) · w + b
// (Ba, Kiros and Hinton, 2016; the variance is the biased one, as in torch.nn.LayerNorm).

#include "core/base/tensor.h"
#include "core/ops/matmul.h"

namespace lab {

constexpr float kLayerNormEpsilon = 1e-5f;

/// x [R, C], w [C], b [C] → y [R, C]; mean [R] and rstd [R] (1 / standard deviation) are kept for the way back.
void layer_norm_forward(Tensor y, Tensor mean, Tensor rstd, Tensor x, Tensor w, Tensor b,
                        float epsilon = kLayerNormEpsilon);

/// dy [R, C] → dx [R, C], dw [C], db [C]. `partial` [kLayerNormTasks, 2, C] is scratch.
constexpr int kLayerNormTasks = 16;
void layer_norm_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x, Tensor mean,
                         Tensor rstd, Tensor w, Tensor partial);

}  // namespace lab
