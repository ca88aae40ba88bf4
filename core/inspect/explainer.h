#pragma once
// Explainer: which patches an answer came from, said in four ways, and each held to account: if the patches that it
// ranks highest are removed, the answer's probability should fall faster than if random ones are.
//
//   Explainer explainer(shape);                             // 1. a model of its own, for inference and gradients
//   explainer.take(trainer.parameters(lane));               // 2. the weights as they are now
//   Explanation e = explainer.explain(picture);             // 3. picture [height · width], 0 … 255
//   e.ways[i].relevance, e.ways[i].remaining, e.at_random   // 4.
//
// Removed patches are black, as is the picture from which integrated gradients start.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/model/vision_transformer.h"

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

class Explainer {
 public:
  static constexpr int kRandomOrders = 8;
  static constexpr int kIntegrationSteps = 32;

  /// `shape` with the lane's attention. Throws Error where VisionTransformer does.
  explicit Explainer(const VisionTransformerShape& shape);
  Explainer(const Explainer&) = delete;

  /// Throws Error when they are another model's.
  void take(const ParameterSet& weights);
  Explanation explain(std::span<const uint8_t> picture);

 private:
  struct Seen;
  Seen look(std::span<const uint8_t> picture);
  std::vector<float> integrated_gradients(std::span<const uint8_t> picture, int answer);
  std::array<float, kDeletions> remaining(std::span<const uint8_t> picture, std::span<const uint32_t> order,
                                          int answer);
  std::vector<float> by_layer();

  VisionTransformerShape shape_;
  ParameterSet parameters_;
  VisionTransformer one_, path_, deletion_;
};

/// How good an explanation is: the answer's mean probability while patches are removed, by the trapezium rule ("area
/// under the deletion curve", Petsiuk et al., 2018). Lower is better.
float area_under(const std::array<float, kDeletions>& remaining);

}  // namespace lab
