// The two scores of the five points: (W·xᵢ)·(W·xⱼ)/√2, and wₐ·tanh(W·xᵢ + W·xⱼ) + bₐ.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/examples/formula.h"
#include "core/examples/points.h"
#include "core/ops/linear.h"

namespace lab {

namespace {

using std::numbers::sqrt2;

double number(Tensor matrix, int row, int column) { return row_of(matrix, row)[column]; }

double dot_score(const PointsPass& pass, int i, int j) { return dot(row_of(pass.h, i), row_of(pass.h, j)) / sqrt2; }

// Of parameter W[row, column]: h[row] of either side moves with x[column] of that side.
double dot_derivative(const PointsPass& pass, int i, int j, int parameter) {
  const int row = parameter / kPointWidth, column = parameter % kPointWidth;
  return (number(pass.x, i, column) * number(pass.h, j, row) + number(pass.h, i, row) * number(pass.x, j, column)) /
         sqrt2;
}

std::string dot_spelled(const PointsPass& pass, int i, int j) {
  return fmt::format("({}) / √2", dot_text(row_of(pass.h, i), row_of(pass.h, j)));
}

// h = x · Wᵀ, twice: as queries and as keys
void dot_learn(PointsPass& pass) {
  const Tensor dw = pass.arena.allocate(pass.w.shape);
  linear_backward({}, Into::kOverwrite, dw, {}, Into::kOverwrite, pass.head->dq, pass.x, pass.w);
  linear_backward({}, Into::kOverwrite, dw, {}, Into::kAdd, pass.head->dk, pass.x, pass.w);
  std::copy(dw.begin(), dw.end(), pass.gradient.begin());
}

double hidden(const PointsPass& pass, int i, int j, int d) {
  return std::tanh(number(pass.h, i, d) + number(pass.h, j, d));
}

double additive_score(const PointsPass& pass, int i, int j) {
  double score = pass.parameters[6];
  for (int d = 0; d < kPointWidth; ++d) score += pass.parameters[4 + d] * hidden(pass, i, j, d);
  return score;
}

double additive_derivative(const PointsPass& pass, int i, int j, int parameter) {
  if (parameter == 6) return 1;
  if (parameter >= 4) return hidden(pass, i, j, parameter - 4);
  const int row = parameter / kPointWidth, column = parameter % kPointWidth;
  const double tanh = hidden(pass, i, j, row);
  return pass.parameters[4 + row] * (1 - tanh * tanh) * (number(pass.x, i, column) + number(pass.x, j, column));
}

std::string additive_spelled(const PointsPass& pass, int i, int j) {
  std::string text;
  for (int d = 0; d < kPointWidth; ++d)
    text += fmt::format("{}·tanh({} + {}) + ", factor(pass.parameters[4 + d]), figure(number(pass.h, i, d)),
                        factor(number(pass.h, j, d)));
  return text + factor(pass.parameters[6]);
}

// W is used twice, for queries and for keys. bₐ is not the kernel's business: it moves all scores alike.
void additive_learn(PointsPass& pass) {
  const auto& learned = pass.learned;
  for (int p = 0; p < 4; ++p) pass.gradient[p] = learned[0].gradient[p] + learned[1].gradient[p];
  for (int d = 0; d < kPointWidth; ++d) pass.gradient[4 + d] = learned[2].gradient[d];
  double all = 0;
  for (int i = 0; i < kPoints; ++i)
    for (int j = 0; j < kPoints; ++j) all += pass.d_score(i, j);
  pass.gradient[6] = static_cast<float>(all);
}

constexpr PointsScore kDot = {
    "scaled_dot",
    4,
    "The score of two points is the dot product of query and key, divided by the root of their width, 2.",
    "sᵢⱼ = qᵢ·kⱼ / √2",
    "∂sᵢⱼ/∂W = (kⱼ·xᵢᵀ + qᵢ·xⱼᵀ) / √2",
    dot_score,
    dot_derivative,
    dot_spelled,
    dot_learn,
};

constexpr PointsScore kAdditive = {
    "additive",
    7,
    "A small network looks at query and key together: it adds them, takes tanh of each number, and weighs the two "
    "results by wₐ.",
    "sᵢⱼ = wₐ·tanh(qᵢ + kⱼ) + bₐ",
    "∂sᵢⱼ/∂W = wₐ × (1 − tanh²(qᵢ + kⱼ)) · (xᵢ + xⱼ)ᵀ     ∂sᵢⱼ/∂wₐ = tanh(qᵢ + kⱼ)     ∂sᵢⱼ/∂bₐ = 1",
    additive_score,
    additive_derivative,
    additive_spelled,
    additive_learn,
};

}  // namespace

const PointsScore& dot_points_score() { return kDot; }
const PointsScore& additive_points_score() { return kAdditive; }

}  // namespace lab
