#include "core/ops/linear.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/ops/transpose.h"

namespace lab {

namespace {

constexpr int64_t kRowsPerTask = 128;    // of x and y: fits the second-level cache at the widths in use
constexpr int64_t kOutputsPerTask = 32;  // of w, in the backward pass
constexpr int64_t kDepthPerPass = 256;   // rows of dy and x that one pass of dw goes through

int64_t tasks(int64_t count, int64_t per_task) { return (count + per_task - 1) / per_task; }

void add_bias(float* y, const float* b, int64_t rows, int64_t columns) {
  for (int64_t row = 0; row < rows; ++row, y += columns)
    for (int64_t column = 0; column < columns; ++column) y[column] += b[column];
}

void sum_rows(float* to, Into into, const float* dy, int64_t rows, int64_t stride, int64_t columns) {
  if (into == Into::kOverwrite) std::fill(to, to + columns, 0.0f);
  for (int64_t row = 0; row < rows; ++row, dy += stride)
    for (int64_t column = 0; column < columns; ++column) to[column] += dy[column];
}

}  // namespace

void linear_forward(Tensor y, Tensor x, Tensor w, Tensor b, Tensor w_transposed) {
  const int64_t rows = x.shape.rows(), in = w.shape[1], out = w.shape[0];
  transpose(w_transposed.data, out, w.data, in, out, in);
  parallel_for(tasks(rows, kRowsPerTask), [&](int64_t task) {
    const int64_t first = task * kRowsPerTask, count = std::min(kRowsPerTask, rows - first);
    float* part = y.data + first * out;
    // y = x · wᵀ + b
    matmul(Into::kOverwrite, part, out, MatrixView::rows(x.data + first * in, in), w_transposed.data, out, count, out, in);
    if (b) add_bias(part, b.data, count, out);
  });
}

void linear_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x, Tensor w) {
  const int64_t rows = x.shape.rows(), in = w.shape[1], out = w.shape[0];
  if (dx)
    parallel_for(tasks(rows, kRowsPerTask), [&](int64_t task) {
      const int64_t first = task * kRowsPerTask, count = std::min(kRowsPerTask, rows - first);
      // dx = dy · w
      matmul(into_dx, dx.data + first * in, in, MatrixView::rows(dy.data + first * out, out), w.data, in, count, in, out);
    });
  if (!dw) return;
  parallel_for(tasks(out, kOutputsPerTask), [&](int64_t task) {
    const int64_t first = task * kOutputsPerTask, count = std::min(kOutputsPerTask, out - first);
    // dw = dyᵀ · x, and db = the column sums of dy
    for (int64_t row = 0; row < rows; row += kDepthPerPass)
      matmul(row == 0 ? into_dw : Into::kAdd, dw.data + first * in, in,
             MatrixView::transposed(dy.data + row * out + first, out), x.data + row * in, in, count, in,
             std::min(kDepthPerPass, rows - row));
    if (db) sum_rows(db.data + first, into_dw, dy.data + first, rows, out, count);
  });
}

}  // namespace lab
