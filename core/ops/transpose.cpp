#include "core/ops/transpose.h"

#include <algorithm>

#include "core/base/simd.h"

namespace lab {

namespace {

// Without a ragged edge the square stays in registers.
void transpose_square(float* to, int64_t to_stride, const float* from, int64_t from_stride) {
  Lanes square[kLanes];
  for (int i = 0; i < kLanes; ++i) square[i] = load(from + i * from_stride);
  transpose(square);
  for (int i = 0; i < kLanes; ++i) store(to + i * to_stride, square[i]);
}

}  // namespace

void transpose(float* to, int64_t to_stride, const float* from, int64_t from_stride, int64_t rows, int64_t columns) {
  for (int64_t row = 0; row < rows; row += kLanes)
    for (int64_t column = 0; column < columns; column += kLanes) {
      const int64_t height = std::min<int64_t>(kLanes, rows - row), width = std::min<int64_t>(kLanes, columns - column);
      if (height == kLanes && width == kLanes) {
        transpose_square(to + column * to_stride + row, to_stride, from + row * from_stride + column, from_stride);
        continue;
      }
      Lanes square[kLanes] = {};
      for (int64_t i = 0; i < height; ++i) square[i] = load_some(from + (row + i) * from_stride + column, width);
      transpose(square);
      for (int64_t i = 0; i < width; ++i) store_some(to + (column + i) * to_stride + row, square[i], height);
    }
}

}  // namespace lab
