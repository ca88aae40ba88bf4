#pragma once
// Token embedding: each token's row of a table plus its place's row (torch.nn.Embedding and learned positions).

#include <span>

#include "core/base/tensor.h"
#include "core/ops/matmul.h"

namespace lab {

/// tokens [B·N] in 0 … V−1, table [V, C], position [1, N, C] → x [B, N, C]: table[token] + position.
void embed_forward(Tensor x, std::span<const int> tokens, Tensor table, Tensor position);

/// dx [B, N, C] → d_table [V, C] and d_position [1, N, C]; rows of tokens that do not occur get nothing.
void embed_backward(Tensor d_table, Tensor d_position, Into into, Tensor dx, std::span<const int> tokens);

}  // namespace lab
