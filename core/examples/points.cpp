#include "core/examples/points.h"

#include <algorithm>

#include "core/examples/formula.h"
#include "core/ops/linear.h"
#include "core/ops/losses.h"

namespace lab {

PointsPass::PointsPass(const Points& points, const PointsScore& score, std::span<const float> values, Arena& memory)
    : parameters(values),
      arena(memory),
      x(tensor_of(points.points, {kPoints, kPointWidth}, arena)),
      w(tensor_of(values.first(kPointWidth * kPointWidth), {kPointWidth, kPointWidth}, arena)),
      target(tensor_of(points.target, x.shape, arena)),
      h(arena.allocate(x.shape)),
      d_out(arena.allocate(x.shape)) {
  linear_forward(h, x, w, {}, arena.allocate(w.shape));
  const bool additive = score.kernel == "additive";  // its kernel takes the points, and W twice
  if (additive)
    learned = {{w, arena.allocate(w.shape)},
               {w, arena.allocate(w.shape)},
               {tensor_of(values.subspan(4, kPointWidth), {kPointWidth}, arena), arena.allocate(Shape{kPointWidth})}};
  const Tensor asked = additive ? x : h;
  head = std::make_unique<SmallAttention>(score.kernel, asked, asked, x, learned, arena);
  loss = mse_forward(head->out, target);
  mse_backward(d_out, head->out, target);
  head->backward(d_out);
  score.learn(*this);
}

// out = weights · x
double PointsPass::d_weight(int i, int j) const { return dot(row_of(d_out, i), row_of(x, j)); }

// weights = softmax(scores), row by row
double PointsPass::d_score(int i, int j) const {
  double mean = 0;
  for (int k = 0; k < kPoints; ++k) mean += double{row_of(head->weights, i)[k]} * d_weight(i, k);
  return row_of(head->weights, i)[j] * (d_weight(i, j) - mean);
}

double PointsPass::share(const PointsScore& score, int i, int parameter) const {
  double total = 0;
  for (int j = 0; j < kPoints; ++j) total += d_score(i, j) * score.derivative(*this, i, j, parameter);
  return total;
}

}  // namespace lab
