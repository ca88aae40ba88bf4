#pragma once
// Explanation: what is said of where one answer came from, in four ways, each of which says how much every part of what
// was read matters: a picture's patches, a text's tokens; and the names of these ways. Of a long text it comes bit by
// bit, and what is there already can be shown.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace lab {

/// Shares of the parts that are removed: 0, 1/10 … 10/10.
constexpr int kDeletions = 11;
/// How many of so many parts a number of tenths is, to the nearest.
constexpr size_t removed_parts(size_t parts, int tenths) {
  return (parts * static_cast<size_t>(tenths) + (kDeletions - 1) / 2) / (kDeletions - 1);
}
/// The parts, those of the highest relevance first; of equals the first.
std::vector<uint32_t> highest_first(std::span<const float> relevance);

/// One way of explaining.
struct ExplanationKind {
  std::string_view title;                // "Integrated gradients"
  std::string_view of_picture, of_text;  // one plain sentence
  std::string_view source;               // the paper; empty: none
};
/// In the order of Explanation::ways.
enum ExplanationWay { kRawAttention, kRollout, kGradientAttention, kIntegratedGradients };
constexpr int kExplanationWays = 4;
/// Orders in which parts are removed: each way's own, then by chance, the same for every picture, text and step.
constexpr int kRandomOrders = 8, kOrders = kExplanationWays + kRandomOrders;
const ExplanationKind& explanation_kind(int way);

struct Explanation {
  struct Way {
    std::vector<float> relevance;               // a part each; only its order matters to deletion; empty: not known yet
    std::array<float, kDeletions> remaining{};  // the answer's probability as its highest parts go
  };
  int answer = -1;  // the class, or token that comes next, whose probability is explained
  int first = 0;    // the text's token that is the first part; those before it are no words
  std::array<Way, kExplanationWays> ways;
  std::array<float, kDeletions> at_random{};  // the mean over kRandomOrders orders, once all are removed
  int tested = 0;                             // of kOrders, in their order; what is left in the others is not known yet
  bool finished() const { return tested == kOrders; }
  /// [L + 1, K] what the model would answer before its first layer and after each: its own final norm and head on the
  /// token that answers as it is there (read_out.h). The last row is its answer.
  std::vector<float> by_layer;
};

/// How good an explanation is: the answer's mean probability while parts are removed, by the trapezium rule ("area
/// under the deletion curve", Petsiuk et al., 2018). Lower is better.
float area_under(const std::array<float, kDeletions>& remaining);

}  // namespace lab
