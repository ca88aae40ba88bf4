#pragma once
// Attention whose weights know the tokens' places and nothing of the data: weights = softmax(logits) over the pairs
// that exist, the logits fixed or learned; out = weights · v. Queries and keys are not read, and get no gradient.

#include <functional>
#include <memory>

#include "core/attention/score.h"

namespace lab {

/// logit(i, j) of query i and key j, for all heads; −∞: no weight.
using PositionLogit = std::function<float(int query, int key)>;

/// The weights are computed once. Throws Error where validate does.
std::unique_ptr<AttentionKernel> make_position_attention(const AttentionProblem& problem, PositionLogit logit,
                                                         Arena& arena);
/// logits [H, pairs], pairs in the order of the map's runs.
std::unique_ptr<AttentionKernel> make_position_attention(const AttentionProblem& problem, ScoreTensor logits,
                                                         Arena& arena);

/// The logits of the fixed strategies.
PositionLogit uniform_logit();
PositionLogit gaussian_logit(const Geometry& geometry, float sigma);
PositionLogit identity_logit();
/// −∞ everywhere: no weights at all.
PositionLogit no_logit();

}  // namespace lab
