#pragma once
// Gradient × attention: where attention goes, but only as far as the answer depends on it.

#include <span>
#include <vector>

#include "core/model/vision_transformer.h"

namespace lab {

/// d(loss)/d(weights) [L, H, N, N] of the network's latest backward pass, on the CPU, for a batch of 1. With a head's
/// output o = Σ w·v, whatever made the weights, d(loss)/dw is the product of d(loss)/do and v.
std::vector<float> attention_gradients(const VisionTransformer& network, const EncoderShape& shape);

/// weights and their gradients [L, H, N, N] → [N, N]: R = (1 + Ā_L) ··· (1 + Ā_1), Ā the mean over heads of the
/// positive part of gradient · weight (Chefer et al., "Generic attention-model explainability", 2021, eqs. 5 and 6).
/// Row i says which input tokens output token i owes the answer to.
std::vector<float> gradient_attention(std::span<const float> weights, std::span<const float> gradients,
                                      const Shape& shape);

}  // namespace lab
