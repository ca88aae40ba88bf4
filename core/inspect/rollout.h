#pragma once
// Attention rollout: how much of each input token reaches each output token through all layers, if the
// residual path carries a share of its own (Abnar and Zuidema, "Quantifying attention flow in transformers", 2020).

#include <span>
#include <vector>

#include "core/base/tensor.h"

namespace lab {

/// The share of the residual path in the paper.
constexpr float kRolloutResidual = 0.5f;

/// weights of shape [L, H, N, N], residual r in 0 … 1 → A_L · … · A_2 · A_1 [N, N], where a layer's matrix A is
/// (1−r) · the mean over its heads + r · identity, its rows scaled to sum to 1 (a row of zeros stays so). Row i
/// says where output token i looks. Throws Error where shape and numbers do not fit or r is out of range.
std::vector<float> attention_rollout(std::span<const float> weights, Shape shape, float residual = kRolloutResidual);

}  // namespace lab
