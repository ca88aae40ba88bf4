#pragma once
// The matrix product under every linear layer and every attention tile: a register-blocked
// kernel over small panels. Single-threaded; callers split the work (see linear.cpp).

#include <cstdint>

namespace lab {

/// A matrix read through strides: element (row, column) is data[row·row_stride + column·column_stride].
struct MatrixView {
  const float* data;
  int64_t row_stride;
  int64_t column_stride;

  static MatrixView rows(const float* data, int64_t stride) { return {data, stride, 1}; }
  static MatrixView transposed(const float* data, int64_t stride) { return {data, 1, stride}; }
  MatrixView from_row(int64_t row) const { return {data + row * row_stride, row_stride, column_stride}; }
};

enum class Into { kOverwrite, kAdd };

/// c [rows, columns] = or += a [rows, depth] · b [depth, columns]; b and c are row-major with the
/// given strides, a may be transposed. Sums over `depth` in order, so that splitting rows or columns
/// into several calls changes no bit.
void matmul(Into into, float* c, int64_t c_stride, MatrixView a, const float* b, int64_t b_stride, int rows, int columns,
            int depth);

}  // namespace lab
