#include "core/ops/embedding.h"

#include <algorithm>

#include "core/base/parallel.h"

namespace lab {

namespace {

constexpr int64_t kRowsPerTask = 64;
constexpr int64_t kColumnsPerTask = 32;  // of the gradients: two cache lines

int64_t tasks(int64_t count, int64_t per_task) { return (count + per_task - 1) / per_task; }

void clear_columns(Tensor tensor, int64_t first, int64_t count) {
  const int64_t width = tensor.shape.columns();
  for (int64_t row = 0; row < tensor.shape.rows(); ++row) std::fill_n(tensor.data + row * width + first, count, 0.0f);
}

void add(float* to, const float* from, int64_t count) {
  for (int64_t c = 0; c < count; ++c) to[c] += from[c];
}

}  // namespace

void embed_forward(Tensor x, std::span<const int> tokens, Tensor table, Tensor position) {
  const int64_t rows = x.shape.rows(), places = x.shape[1], width = x.shape.columns();
  parallel_for(tasks(rows, kRowsPerTask), [&](int64_t task) {
    for (int64_t row = task * kRowsPerTask; row < std::min((task + 1) * kRowsPerTask, rows); ++row) {
      const float* token = table.data + tokens[row] * width;
      const float* place = position.data + row % places * width;
      // x = table[token] + position
      for (int64_t c = 0; c < width; ++c) x.data[row * width + c] = token[c] + place[c];
    }
  });
}

// A token may occur many times, so the tasks share out the columns: each adds up its own, in the order of the rows.
void embed_backward(Tensor d_table, Tensor d_position, Into into, Tensor dx, std::span<const int> tokens) {
  const int64_t rows = dx.shape.rows(), places = dx.shape[1], width = dx.shape.columns();
  parallel_for(tasks(width, kColumnsPerTask), [&](int64_t task) {
    const int64_t first = task * kColumnsPerTask, count = std::min(kColumnsPerTask, width - first);
    if (into == Into::kOverwrite)
      for (Tensor gradient : {d_table, d_position}) clear_columns(gradient, first, count);
    for (int64_t row = 0; row < rows; ++row) {
      const float* from = dx.data + row * width + first;
      // d_table[token] += dx, d_position += dx
      add(d_table.data + tokens[row] * width + first, from, count);
      add(d_position.data + row % places * width + first, from, count);
    }
  });
}

}  // namespace lab
