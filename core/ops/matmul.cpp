#include "core/ops/matmul.h"

#include <algorithm>
#include <type_traits>

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

// Calls body(rows of a block, first row) for blocks that cover `rows`.
template <class Body>
inline void each_band(int rows, const Body& body) {
  int row = 0;
  for (; row + kRows <= rows; row += kRows) body(std::integral_constant<int, kRows>{}, row);
  for (; row + 2 <= rows; row += 2) body(std::integral_constant<int, 2>{}, row);
  for (; row < rows; ++row) body(std::integral_constant<int, 1>{}, row);
}

// All rows of some columns: what is read of b stays in the first-level cache.
template <int Vectors>
void panel(Into into, float* c, int64_t c_stride, MatrixView a, const float* b, int64_t b_stride, int rows, int depth) {
  each_band(rows, [&](auto count, int row) {
    block<count, Vectors>(into, c + row * c_stride, c_stride, a.from_row(row), b, b_stride, depth);
  });
}

// How many vectors of columns the next panel takes: four are two and two, since a single one would wait for its sums.
constexpr int next_panel(int vectors) {
  return vectors >= kVectors && vectors != kVectors + 1 ? kVectors : std::min(vectors, 2);
}

}  // namespace

void matmul(Into into, float* c, int64_t c_stride, MatrixView a, const float* b, int64_t b_stride, int rows,
            int columns, int depth) {
  int column = 0;
  const auto take = [&](auto vectors) {
    panel<vectors>(into, c + column, c_stride, a, b + column, b_stride, rows, depth);
    column += vectors * kLanes;
  };
  while (column + kLanes <= columns) switch (next_panel((columns - column) / kLanes)) {
      case 1:
        take(std::integral_constant<int, 1>{});
        break;
      case 2:
        take(std::integral_constant<int, 2>{});
        break;
      default:
        take(std::integral_constant<int, kVectors>{});
    }
  if (column == columns) return;
  each_band(rows, [&](auto count, int row) {
    edge<count>(into, c + row * c_stride + column, c_stride, a.from_row(row), b + column, b_stride, columns - column,
                depth);
  });
}

}  // namespace lab
