#pragma once
// The checks behind `verify`: each reads its inputs from a reference case, runs the core on them and
// compares what comes out. They throw Error where the case makes no sense or is not supported.
//
// Add a check: 1. write it here and in its family's file; 2. give it a row in kChecks in verify.cpp.

#include "core/attention/attention.h"
#include "core/train/experiment.h"
#include "core/verify/reference_case.h"

namespace lab {

constexpr double kTolerance = 2e-5;

/// q, k, v, grad_out [B, H, N or M, D] over a pattern → weights, out, dq, dk, dv. Scores: scaled_dot, dot.
void check_attention(ReferenceCase& reference, Kernel kernel = Kernel::kAutomatic);

/// Linear attention with the features elu + 1, causal (key j ≤ query i) or not → out, dq, dk, dv.
void check_linear_attention(ReferenceCase& reference);
/// Attention rollout, the heads of a layer averaged.
void check_rollout(ReferenceCase& reference);

void check_layer_norm(ReferenceCase& reference);
void check_gelu(ReferenceCase& reference);
void check_cross_entropy(ReferenceCase& reference);
void check_mse(ReferenceCase& reference);

/// sgd, adam, adamw: the parameter after each step.
void check_optimiser(ReferenceCase& reference);
/// A whole model (vit, lm) trained for some steps: every loss, and the weights at the end.
void check_training(ReferenceCase& reference, Kernel kernel = Kernel::kAutomatic);

/// The largest absolute number; for a gradient's natural size.
float largest(Tensor tensor);
/// The pattern of a case: its settings `pattern`, `global_tokens`, `causal` and the one that the pattern needs.
Pattern read_pattern(ReferenceCase& reference);
/// An optimiser's settings, with torch.optim's usual values where the case leaves one out.
OptimiserSettings read_optimiser(ReferenceCase& reference, const std::string& kind);

}  // namespace lab
