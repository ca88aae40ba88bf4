#include "core/examples/small_attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/examples/formula.h"

namespace lab {

namespace {

// As the kernels want it: one picture, one head.
HeadRows rows(Tensor matrix) { return HeadRows::of(matrix.as({1, 1, matrix.shape[0], matrix.shape[1]})); }

}  // namespace

SmallAttention::SmallAttention(std::string_view score, Tensor q, Tensor k, Tensor v,
                               std::span<const ScoreTensor> learned, Arena& arena)
    : weights(arena.allocate(Shape{q.shape[0], k.shape[0]})),
      out(arena.allocate(Shape{q.shape[0], v.shape[1]})),
      dq(arena.allocate(q.shape)),
      dk(arena.allocate(k.shape)),
      dv(arena.allocate(v.shape)) {
  const auto geometry = Geometry::sequence(static_cast<int>(q.shape[0]), static_cast<int>(k.shape[0]));
  AttentionProblem problem;
  problem.batch = problem.heads = 1;
  problem.head_width = static_cast<int>(v.shape[1]);
  problem.map = std::make_shared<TileMap>(Pattern{}, geometry);
  kernel_ = make_scored_attention(score, problem, learned, arena);
  kernel_->forward(rows(q), rows(k), rows(v), rows(out));
  kernel_->weights(weights.as({1, 1, weights.shape[0], weights.shape[1]}));
}

void SmallAttention::backward(Tensor d_out) { kernel_->backward(rows(d_out), rows(dq), rows(dk), rows(dv)); }

Tensor tensor_of(std::span<const float> numbers, Shape shape, Arena& arena) {
  const Tensor tensor = arena.allocate(shape);
  std::copy(numbers.begin(), numbers.end(), tensor.begin());
  return tensor;
}

// Beyond e^20 the largest score is taken off every one, as the kernels always do: the weights are the same.
std::vector<std::string> softmax_text(std::string_view letter, std::span<const double> scores,
                                      std::span<const float> weights) {
  constexpr double kLarge = 20;
  const double largest = *std::max_element(scores.begin(), scores.end());
  const double off = std::abs(largest) > kLarge ? largest : 0;
  const std::string taken = off == 0 ? "" : " − " + factor(off);
  std::vector<double> powers;
  double total = 0;
  for (const double score : scores) total += powers.emplace_back(std::exp(score - off));
  std::vector<std::string> lines = {fmt::format("sum of all exp = {} = {}", sum_text(powers), figure(total))};
  for (size_t j = 0; j < scores.size(); ++j)
    lines.push_back(fmt::format("{} = exp({}{}) / {} = {} / {} = {}",
                                indexed(std::string(letter), static_cast<int>(j) + 1), figure(scores[j]), taken,
                                figure(total), figure(powers[j]), figure(total), figure(weights[j])));
  return lines;
}

}  // namespace lab
