#pragma once
// One head of attention over a few vectors, by the core's own kernels and scores (attention/score.h).
//
//   SmallAttention head("cosine", q, k, v, learned, arena);  // 1. forward
//   head.weights, head.out                                   // 2. what came of it
//   head.backward(d_out);                                    // 3. gradients: head.dq, dk, dv, and learned

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/attention/score.h"

namespace lab {

struct SmallAttention {
  /// q [N, D], k [M, D], v [M, D]; every pair exists. Everything must live as long as this does.
  SmallAttention(std::string_view score, Tensor q, Tensor k, Tensor v, std::span<const ScoreTensor> learned,
                 Arena& arena);
  /// d_out [N, D] → dq, dk, dv, and the gradients of what the score learns.
  void backward(Tensor d_out);

  Tensor weights;     // [N, M]
  Tensor out;         // [N, D]
  Tensor dq, dk, dv;  // as q, k and v

 private:
  std::unique_ptr<AttentionKernel> kernel_;
};

/// A row of a matrix.
inline std::span<const float> row_of(Tensor matrix, int64_t row) {
  return {matrix.data + row * matrix.shape.columns(), static_cast<size_t>(matrix.shape.columns())};
}
/// A tensor with these numbers.
Tensor tensor_of(std::span<const float> numbers, Shape shape, Arena& arena);

/// The softmax of one row, line by line: "a₁ = exp(0.5) / 3.2 = 1.649 / 3.2 = 0.5152" for the letter a.
std::vector<std::string> softmax_text(std::string_view letter, std::span<const double> scores,
                                      std::span<const float> weights);

}  // namespace lab
