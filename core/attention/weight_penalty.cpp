#include "core/attention/weight_penalty.h"

#include <algorithm>

namespace lab {

WeightPenalty::WeightPenalty(const AttentionProblem& problem, const float* squares, const float* entropy, int64_t rows)
    : heads_(int64_t{problem.batch} * problem.heads),
      share_(1 / static_cast<float>(rows)),
      squares_(squares),
      entropy_(entropy),
      sums_((heads_ + kLanes - 1) / kLanes, Sums{}) {}

int64_t WeightPenalty::lanes_in(int64_t group) const { return std::min<int64_t>(kLanes, heads_ - group * kLanes); }

void WeightPenalty::on_weights(const QueryRow& row, float* weights) {
  Sums& sums = sums_[row.group];
  if (row.query == 0) sums = Sums{};
  for (int64_t at = 0; at < row.pairs * kLanes; at += kLanes) {
    const Lanes weight = load(weights + at);
    sums.squares += weight * weight;
    sums.entropy -= weight * log(weight);
  }
}

void WeightPenalty::on_weights_backward(const QueryRow& row, float* weights, float* d_weights) {
  Lanes share{};  // nothing for lanes beyond the last head
  for (int64_t lane = 0; lane < lanes_in(row.group); ++lane) share[lane] = share_;
  const Lanes squares = share * splat(*squares_), entropy = share * splat(*entropy_);
  for (int64_t at = 0; at < row.pairs * kLanes; at += kLanes) {
    const Lanes weight = load(weights + at);
    // λ·w² − μ·w·log w, so d_w = 2λ·w − μ·(log w + 1)
    const Lanes gradient = (squares + squares) * weight - entropy * (log(weight) + splat(1.0f));
    store(d_weights + at, load(d_weights + at) + gradient);
  }
}

double WeightPenalty::mean(Lanes Sums::*what) const {
  double total = 0;
  for (size_t group = 0; group < sums_.size(); ++group)
    for (int64_t lane = 0; lane < lanes_in(static_cast<int64_t>(group)); ++lane) total += (sums_[group].*what)[lane];
  return total * share_;
}

}  // namespace lab
