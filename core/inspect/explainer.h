#pragma once
// Explainer: which patches of a picture an answer came from, said in four ways, and each held to account: if the
// patches that it ranks highest are removed, the answer's probability should fall faster than if random ones are.
//
//   Explainer explainer(shape);                             // 1. a model of its own, for inference and gradients
//   explainer.take(trainer.parameters(lane));               // 2. the weights as they are now
//   Explanation e = explainer.explain(picture);             // 3. picture [height · width], 0 … 255; its answer
//   e.ways[i].relevance, e.ways[i].remaining, e.at_random   // 4.
//
// Removed patches are black, as is the picture from which integrated gradients start. Texts: text_explainer.h.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/inspect/explanation.h"
#include "core/model/vision_transformer.h"

namespace lab {

class Explainer {
 public:
  /// `shape` with the lane's attention; `changes`: made in it, and it is the changed model that is explained. Throws
  /// Error where VisionTransformer does.
  explicit Explainer(const VisionTransformerShape& shape, std::span<const Intervention> changes = {});
  Explainer(const Explainer&) = delete;

  /// Throws Error when they are another model's.
  void take(const ParameterSet& weights);
  /// Why that class has the probability it has; −1, and where there is none: why its answer, the most probable one.
  Explanation explain(std::span<const uint8_t> picture, int answer = -1);

 private:
  struct Seen;
  Seen look(std::span<const uint8_t> picture, int answer);
  std::vector<float> integrated_gradients(std::span<const uint8_t> picture, int answer);
  std::array<float, kDeletions> remaining(std::span<const uint8_t> picture, std::span<const uint32_t> order,
                                          int answer);
  std::vector<float> by_layer();

  VisionTransformerShape shape_;
  ParameterSet parameters_;
  VisionTransformer one_, path_, deletion_;
};

}  // namespace lab
