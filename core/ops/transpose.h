#pragma once
// Transposing a matrix, in squares of kLanes × kLanes.

#include <cstdint>

namespace lab {

/// from [rows, columns] → to [columns, rows]; strides are the distances between rows of each.
void transpose(float* to, int64_t to_stride, const float* from, int64_t from_stride, int64_t rows, int64_t columns);

}  // namespace lab
