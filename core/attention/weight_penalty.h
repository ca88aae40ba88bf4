#pragma once
// WeightPenalty: two terms of the loss that see only the attention weights w of each query (before any dropout):
//
//   squares   λ · mean Σ w²             large where a query looks at one key only: spreads attention
//   entropy   μ · mean −Σ w·log w       μ > 0 is a penalty, which sharpens attention; μ < 0 a bonus, which spreads it
//                                       (Pereyra et al., "Regularizing neural networks", 2017, for attention)
//
// Means are over pictures, heads, queries and layers; a query without keys counts as 0.

#include <vector>

#include "core/attention/attention.h"
#include "core/base/simd.h"

namespace lab {

class WeightPenalty final : public RowRule {
 public:
  /// λ and μ are read at every step; `rows`: of how many queries the means are, counted for each picture, head and
  /// layer: this problem's own or more.
  WeightPenalty(const AttentionProblem& problem, const float* squares, const float* entropy, int64_t rows);

  void on_weights(const QueryRow& row, float* weights) override;
  void on_weights_backward(const QueryRow& row, float* weights, float* d_weights) override;

  /// This problem's share of the means, of the last forward, without λ and μ: the shares add up to them.
  double mean_squares() const { return mean(&Sums::squares); }
  double mean_entropy() const { return mean(&Sums::entropy); }

 private:
  struct Sums {
    Lanes squares, entropy;
  };
  double mean(Lanes Sums::*what) const;
  int64_t lanes_in(int64_t group) const;

  int64_t heads_;  // of the whole batch
  float share_;    // 1 / rows
  const float *squares_, *entropy_;
  std::vector<Sums> sums_;  // [groups]
};

}  // namespace lab
