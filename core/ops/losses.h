#pragma once
// Losses: one number from predictions and truths, averaged over the batch.

#include <span>

#include "core/base/tensor.h"

namespace lab {

/// Softmax cross-entropy with label smoothing s (Szegedy et al., 2016, as torch.nn.functional.cross_entropy):
/// the truth is 1−s on the target class plus s/K on every class.
/// logits [R, K], targets [R] in 0 … K−1 → the mean loss; probabilities [R, K] are kept for the way back.
float cross_entropy_forward(Tensor probabilities, Tensor logits, std::span<const int> targets, float smoothing);
/// → d_logits [R, K], overwritten.
void cross_entropy_backward(Tensor d_logits, Tensor probabilities, std::span<const int> targets, float smoothing);

/// Mean squared error over all numbers. prediction, target of one shape → the mean.
float mse_forward(Tensor prediction, Tensor target);
/// → d_prediction, overwritten.
void mse_backward(Tensor d_prediction, Tensor prediction, Tensor target);

}  // namespace lab
