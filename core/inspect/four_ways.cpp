#include "core/inspect/four_ways.h"

#include "core/base/rng.h"
#include "core/inspect/gradient_attention.h"
#include "core/inspect/rollout.h"

namespace lab {

namespace {

constexpr uint64_t kSeed = 1;  // the same random orders for all that is explained, so that curves can be compared

// Of the row of the token that answers in [T, T].
std::vector<float> parts_of(std::span<const float> rows, const SeenAnswer& seen) {
  const float* from = rows.data() + seen.answering * seen.shape[3] + seen.first;
  return {from, from + seen.parts};
}

}  // namespace

Explanation explain_in_four_ways(const SeenAnswer& seen, std::vector<float> integrated) {
  const Shape last = {1, seen.shape[1], seen.shape[2], seen.shape[3]};
  const std::span<const float> last_layer = seen.weights.last(static_cast<size_t>(last.count()));
  Explanation result;
  result.answer = seen.answer;
  result.first = seen.first;
  result.ways[kRawAttention].relevance = parts_of(attention_rollout(last_layer, last, 0), seen);
  result.ways[kRollout].relevance = parts_of(attention_rollout(seen.weights, seen.shape), seen);
  result.ways[kGradientAttention].relevance =
      parts_of(gradient_attention(seen.weights, seen.gradients, seen.shape), seen);
  result.ways[kIntegratedGradients].relevance = std::move(integrated);
  return result;
}

std::vector<uint32_t> removal_order(const Explanation& explanation, int number) {
  if (number < kExplanationWays) return highest_first(explanation.ways[number].relevance);
  std::vector<uint32_t> order(explanation.ways[0].relevance.size());
  Rng rng(kSeed, stream::kRemoval);
  for (int random = kExplanationWays; random <= number; ++random) rng.permute(order);
  return order;
}

void add_remaining(Explanation& explanation, const std::array<float, kDeletions>& remaining) {
  if (const int number = explanation.tested++; number < kExplanationWays)
    explanation.ways[number].remaining = remaining;
  else
    for (int i = 0; i < kDeletions; ++i) explanation.at_random[i] += remaining[i] / kRandomOrders;
}

}  // namespace lab
