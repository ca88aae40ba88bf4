#pragma once
// Gradient × attention: where attention goes, but only as far as the answer depends on it.

#include <span>
#include <vector>

#include "core/graph/tape.h"
#include "core/model/encoder.h"

namespace lab {

/// Of one attention: d(loss)/d(its output) [1, N, C] and the projection whose last C columns are its values [1, M, …] →
/// d(loss)/d(weights) [H, N, M], for a batch of 1. With a head's output o = Σ w·v, whatever made the weights, that is
/// the product of d(loss)/do and v.
std::vector<float> attention_gradients(const Tensor& d_output, const Tensor& projected, int heads);
/// Of an encoder's layers, [L, H, N, N], after the tape's latest backward pass on the CPU.
std::vector<float> attention_gradients(const Tape& tape, const EncoderShape& shape);

/// weights and their gradients [L, H, N, N] → [N, N]: R = (1 + Ā_L) ··· (1 + Ā_1), Ā the mean over heads of the
/// positive part of gradient · weight (Chefer et al., "Generic attention-model explainability", 2021, eqs. 5 and 6).
/// Row i says which input tokens output token i owes the answer to.
std::vector<float> gradient_attention(std::span<const float> weights, std::span<const float> gradients,
                                      const Shape& shape);

}  // namespace lab
