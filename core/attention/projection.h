#pragma once
// A matrix that a score learns and every head's queries or keys go through.

#include "core/attention/score.h"
#include "core/base/parallel.h"
#include "core/ops/matmul.h"
#include "core/ops/transpose.h"

namespace lab {

// Rows of one side through a learned matrix: y = m · x for each row, m [out, in].
class Projection {
 public:
  Projection(ScoreTensor m, int64_t heads, Arena& arena)
      : m_(m),
        transposed_(arena.allocate(Shape{m.value.shape[1], m.value.shape[0]})),
        partial_(arena.allocate(Shape{heads, m.value.shape[0], m.value.shape[1]})) {}

  int in() const { return static_cast<int>(m_.value.shape[1]); }
  int out() const { return static_cast<int>(m_.value.shape[0]); }

  void prepare() { transpose(transposed_.data, out(), m_.value.data, in(), out(), in()); }
  // y = x · mᵀ for the rows of one head
  void forward(float* y, const float* x, int64_t x_stride, int tokens) const {
    matmul(Into::kOverwrite, y, out(), MatrixView::rows(x, x_stride), transposed_.data, out(), tokens, out(), in());
  }
  // dx = dy · m; this head's share of dm = dyᵀ · x
  void backward(float* dx, int64_t dx_stride, const float* dy, const float* x, int64_t x_stride, int tokens,
                int64_t head) {
    matmul(Into::kOverwrite, dx, dx_stride, MatrixView::rows(dy, out()), m_.value.data, in(), tokens, in(), out());
    matmul(Into::kOverwrite, partial_.data + head * out() * in(), in(), MatrixView::transposed(dy, out()), x, x_stride,
           out(), in(), tokens);
  }
  // The heads' shares, added in order.
  void finish(int64_t heads) {
    const int64_t count = m_.value.count();
    parallel_for(out(), [&](int64_t row) {
      for (int64_t i = row * in(); i < (row + 1) * in(); ++i) {
        float total = 0;
        for (int64_t head = 0; head < heads; ++head) total += partial_[head * count + i];
        m_.gradient[i] = total;
      }
    });
  }

 private:
  ScoreTensor m_;
  Tensor transposed_;  // [in, out]
  Tensor partial_;     // [B·H, out, in]
};

}  // namespace lab
