#pragma once
// Linear attention (Katharopoulos et al., "Transformers are RNNs", 2020): the weight of a pair is
// φ(q)·φ(k) / Σ φ(q)·φ(k), with φ(x) = elu(x) + 1. Sums over the keys are made once (or run along, when causal),
// so the time is proportional to N·D² and no N × M numbers are ever stored.

#include <cstdint>
#include <memory>

#include "core/attention/attention.h"

namespace lab {

/// On a dense pattern; causal, query i sees keys 0 … i, however many queries and keys there are; `problem.scale` and
/// `problem.additive` have no meaning here. weights() gives what the weights would be. Throws Error for another
/// pattern, and where validate does.
std::unique_ptr<AttentionKernel> make_linear_attention(const AttentionProblem& problem, Arena& arena);

/// Multiply-adds of one training step of one layer: a key takes D·(D+1) to be added to the sums and a query as many
/// to read them, both twice on the way back.
int64_t linear_attention_multiply_adds(const AttentionProblem& problem);

}  // namespace lab
