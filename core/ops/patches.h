#pragma once
// From a picture to tokens: cutting into patches, and putting the class token and the positions
// to their embeddings (Dosovitskiy et al., "An image is worth 16×16 words", 2021).

#include "core/base/tensor.h"
#include "core/ops/matmul.h"

namespace lab {

/// pixels [B, height, width] → patches [B, N−1, P]: patches row by row, the pixels of each row by row.
void cut_patches(Tensor patches, Tensor pixels, int side);

/// embedded [B, N−1, C], class_token [1, 1, C], position [1, N, C] → x [B, N, C]: the class token first,
/// then the patches, each plus its position.
void place_tokens_forward(Tensor x, Tensor embedded, Tensor class_token, Tensor position);
/// dx [B, N, C] → the three gradients; `d_embedded` is overwritten, the parameters' by `into`.
void place_tokens_backward(Tensor d_embedded, Tensor d_class_token, Tensor d_position, Into into, Tensor dx);

/// x [B, N, C] → y [B, C]: the class token of each picture.
void class_token_forward(Tensor y, Tensor x);
/// dy [B, C] → dx [B, N, C], zero for every other token (overwritten).
void class_token_backward(Tensor dx, Tensor dy);

}  // namespace lab
