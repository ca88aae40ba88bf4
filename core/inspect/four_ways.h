#pragma once
// Four ways of explaining one answer, put together from what one forward and backward pass gave, and each held to
// account by the deletion test: what Explainer and TextExplainer have in common.
//
//   Explanation e = explain_in_four_ways(seen, integrated_gradients);   // 1.
//   while (!e.finished())                                               // 2. remove parts, in the order of each way
//     add_remaining(e, remaining(removal_order(e, e.tested)));          //    and in random ones

#include <array>
#include <span>
#include <vector>

#include "core/base/tensor.h"
#include "core/inspect/explanation.h"

namespace lab {

/// Of the path that integrated gradients go.
constexpr int kIntegrationSteps = 32;

/// Attention as it was at work on the whole of what was read.
struct SeenAnswer {
  int answer = -1;
  std::span<const float> weights, gradients;  // [L, H, T, T]; of the logarithm of the answer's probability
  Shape shape;                                // [L, H, T, T]
  int answering = 0;                          // the token that answers
  int first = 0, parts = 0;                   // the tokens that are explained
};

/// `integrated`: [parts] integrated gradients, which attention has no part in; none: not known yet. Nothing is removed
/// yet, nor read out.
Explanation explain_in_four_ways(const SeenAnswer& seen, std::vector<float> integrated);

/// In which the parts are removed.
std::vector<uint32_t> removal_order(const Explanation& explanation, int number);
/// What was left of the answer's probability in the order that comes next, explanation.tested.
void add_remaining(Explanation& explanation, const std::array<float, kDeletions>& remaining);

}  // namespace lab
