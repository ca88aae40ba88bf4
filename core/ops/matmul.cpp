#include "core/ops/matmul.h"

#include <algorithm>

#include "core/base/simd.h"

namespace lab {

namespace {

// The block of c held in registers: with 32 vector registers (AVX-512) 8 × 3, with 16 4 × 2.
constexpr int kRows = kLanes == 16 ? 8 : 4;
constexpr int kVectors = kLanes == 16 ? 3 : 2;

// c [Rows, Vectors·kLanes] = or += a · b.
template <int Rows, int Vectors>
inline void block(Into into, float* c, int64_t c_stride, MatrixView a, const float* b, int64_t b_stride, int depth) {
  Lanes sum[Rows][Vectors] = {};
  for (int k = 0; k < depth; ++k, b += b_stride) {
    Lanes right[Vectors];
    for (int v = 0; v < Vectors; ++v) right[v] = load(b + v * kLanes);
    for (int r = 0; r < Rows; ++r) {
      const Lanes left = splat(a.data[r * a.row_stride + k * a.column_stride]);
      for (int v = 0; v < Vectors; ++v) sum[r][v] += left * right[v];
    }
  }
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < Vectors; ++v) {
      float* to = c + r * c_stride + v * kLanes;
      store(to, into == Into::kAdd ? load(to) + sum[r][v] : sum[r][v]);
    }
}

// The ragged right edge: fewer columns than one vector.
template <int Rows>
inline void edge(Into into, float* c, int64_t c_stride, MatrixView a, const float* b, int64_t b_stride, int columns,
                 int depth) {
  for (int r = 0; r < Rows; ++r)
    for (int column = 0; column < columns; ++column) {
      float sum = 0;
      for (int k = 0; k < depth; ++k) sum += a.data[r * a.row_stride + k * a.column_stride] * b[k * b_stride + column];
      float& to = c[r * c_stride + column];
      to = into == Into::kAdd ? to + sum : sum;
    }
}

template <int Rows>
void band(Into into, float* c, int64_t c_stride, MatrixView a, const float* b, int64_t b_stride, int columns, int depth) {
  int column = 0;
  for (; column + kVectors * kLanes <= columns; column += kVectors * kLanes)
    block<Rows, kVectors>(into, c + column, c_stride, a, b + column, b_stride, depth);
  if constexpr (kVectors > 2)
    for (; column + 2 * kLanes <= columns; column += 2 * kLanes)
      block<Rows, 2>(into, c + column, c_stride, a, b + column, b_stride, depth);
  for (; column + kLanes <= columns; column += kLanes)
    block<Rows, 1>(into, c + column, c_stride, a, b + column, b_stride, depth);
  if (column < columns) edge<Rows>(into, c + column, c_stride, a, b + column, b_stride, columns - column, depth);
}

}  // namespace

void matmul(Into into, float* c, int64_t c_stride, MatrixView a, const float* b, int64_t b_stride, int rows, int columns,
            int depth) {
  int row = 0;
  const auto next = [&](int count) {
    row += count;
    c += count * c_stride;
    a.data += count * a.row_stride;
  };
  for (; row + kRows <= rows; next(kRows)) band<kRows>(into, c, c_stride, a, b, b_stride, columns, depth);
  for (; row + 2 <= rows; next(2)) band<2>(into, c, c_stride, a, b, b_stride, columns, depth);
  for (; row < rows; next(1)) band<1>(into, c, c_stride, a, b, b_stride, columns, depth);
}

}  // namespace lab
