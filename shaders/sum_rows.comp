// Sums down the columns of a matrix, in parts of `chunk` rows: to [parts, columns] = or += factor · Σ from.
//   from [rows, columns], a row `stride` numbers after the one before, the first at from_at   to: the first at to_at
// A thread a sum. Sums of many rows are made in two goes: parts first, then their sum.

layout(binding = 0) buffer To { float to[]; };
layout(binding = 1) readonly buffer From { float from[]; };

layout(location = 0) uniform int rows;
layout(location = 1) uniform int columns;
layout(location = 2) uniform int chunk;
layout(location = 3) uniform int stride;
layout(location = 4) uniform int from_at;
layout(location = 5) uniform int add;
layout(location = 6) uniform int to_at;
layout(location = 7) uniform float factor;

void main() {
  int parts = (rows + chunk - 1) / chunk;
  if (item() >= parts * columns) return;
  int part = item() / columns, column = item() % columns;
  float total = 0.0;
  for (int r = part * chunk; r < min((part + 1) * chunk, rows); ++r) total += from[from_at + r * stride + column];
  total *= factor;
  to[to_at + item()] = add == 1 ? to[to_at + item()] + total : total;
}
