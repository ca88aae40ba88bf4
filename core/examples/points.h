#pragma once
// Five points that attend to each other: one pass, forward and back, with either score. What is learned lies in one
// row of numbers: W [2, 2], then wₐ [2] and bₐ [1] where the score has them.
//
//   Points points = …;                                         // 1. the inputs
//   PointsPass pass(points, score, points.parameters, arena);  // 2. forward and back
//   pass.loss, pass.gradient                                   // 3. what came of it

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/examples/example.h"
#include "core/examples/small_attention.h"

namespace lab {

constexpr int kPoints = 5, kPointWidth = 2;

struct Points {
  std::span<const float> points, target;  // [5, 2]
  std::array<float, 7> parameters;        // W₁₁ W₁₂ W₂₁ W₂₂ wₐ₁ wₐ₂ bₐ
  float learning_rate = 0;
  int shown = 0;  // the point that is worked out in full
};

struct PointsPass;

/// One way of scoring point i, as the query, with point j, as the key.
struct PointsScore {
  std::string_view kernel;  // its name in score.h
  int parameters;           // of the seven, how many it learns
  std::string_view about, formula, slope;
  double (*score)(const PointsPass&, int i, int j);
  /// ∂score(i, j) / ∂parameter.
  double (*derivative)(const PointsPass&, int i, int j, int parameter);
  std::string (*spelled)(const PointsPass&, int i, int j);  // the formula with its numbers
  void (*learn)(PointsPass&);                               // fills pass.gradient, by the core's backward
};
const PointsScore& dot_points_score();
const PointsScore& additive_points_score();

/// Everything of one pass. `parameters` and the points must live as long as it does.
struct PointsPass {
  PointsPass(const Points& points, const PointsScore& score, std::span<const float> parameters, Arena& arena);

  /// ∂L/∂weight and ∂L/∂score of point i, as the query, and point j: for the eye; the gradient is the kernel's.
  double d_weight(int i, int j) const;
  double d_score(int i, int j) const;
  /// Point i's share of a parameter's gradient: Σⱼ ∂L/∂sᵢⱼ · ∂sᵢⱼ/∂parameter.
  double share(const PointsScore& score, int i, int parameter) const;

  std::span<const float> parameters;
  Arena& arena;
  Tensor x, w, target;  // [5, 2], [2, 2], [5, 2]
  Tensor h;             // W·x [5, 2]: queries and keys
  std::vector<ScoreTensor> learned;
  std::unique_ptr<SmallAttention> head;
  float loss = 0;
  Tensor d_out;                     // [5, 2]
  std::array<float, 7> gradient{};  // as parameters; only those the score learns
};

}  // namespace lab
