#include "core/inspect/explanation.h"

#include <algorithm>
#include <numeric>

namespace lab {

namespace {

constexpr ExplanationKind kKinds[] = {
    {"Attention", "How much the class token looks at each patch in the last layer, mean of its heads.",
     "How much the token that answers looks at each token in the last layer, mean of its heads.", ""},
    {"Rollout", "Attention multiplied through all layers: how much of each patch can reach the answer.",
     "Attention multiplied through all layers: how much of each token can reach the answer.",
     "Abnar and Zuidema, 2020"},
    {"Gradient × attention",
     "Attention in all layers, but only as far as more of it would make the answer more probable.",
     "Attention in all layers, but only as far as more of it would make the answer more probable.",
     "Chefer and others, 2021"},
    {"Integrated gradients",
     "How much each patch adds to the answer as the picture is faded in from black; attention is not looked at.",
     "How much each token adds to the answer as the text is faded in from blanks; attention is not looked at.",
     "Sundararajan and others, 2017"},
};
static_assert(std::size(kKinds) == kExplanationWays);

}  // namespace

const ExplanationKind& explanation_kind(int way) { return kKinds[way]; }

std::vector<uint32_t> highest_first(std::span<const float> relevance) {
  std::vector<uint32_t> order(relevance.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return relevance[a] > relevance[b]; });
  return order;
}

float area_under(const std::array<float, kDeletions>& remaining) {
  const float inner = std::accumulate(remaining.begin() + 1, remaining.end() - 1, 0.0f);
  return (inner + (remaining.front() + remaining.back()) / 2) / (kDeletions - 1);
}

}  // namespace lab
