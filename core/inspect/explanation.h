#pragma once
// Explanation: what an Explainer (explainer.h) says of one answer, and the names of its four ways.

#include <array>
#include <string_view>
#include <vector>

namespace lab {

/// Shares of the patches that are removed: 0, 1/10 … 10/10.
constexpr int kDeletions = 11;

/// One way of explaining.
struct ExplanationKind {
  std::string_view title;        // "Integrated gradients"
  std::string_view explanation;  // one plain sentence
  std::string_view source;       // the paper; empty: none
};
/// In the order of Explanation::ways.
enum ExplanationWay { kRawAttention, kRollout, kGradientAttention, kIntegratedGradients };
constexpr int kExplanationWays = 4;
const ExplanationKind& explanation_kind(int way);

struct Explanation {
  struct Way {
    std::vector<float> relevance;               // [N−1], a patch each, row by row; only its order matters to deletion
    std::array<float, kDeletions> remaining{};  // the answer's probability as its highest patches go
  };
  int answer = -1;  // the class that the model takes the whole picture for
  std::array<Way, kExplanationWays> ways;
  std::array<float, kDeletions> at_random{};  // the mean over kRandomOrders orders
  /// [L + 1, K] what the model would answer before its first layer and after each: its own final norm and head on the
  /// class token as it is there ("logit lens", nostalgebraist, 2020). The last row is its answer.
  std::vector<float> by_layer;
};

/// How good an explanation is: the answer's mean probability while patches are removed, by the trapezium rule ("area
/// under the deletion curve", Petsiuk et al., 2018). Lower is better.
float area_under(const std::array<float, kDeletions>& remaining);

}  // namespace lab
