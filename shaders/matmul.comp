// Products of many matrices: c = or += a · b (+ bias), z of them at once.
//   a [Z, rows, depth]   b [Z, depth, columns]   c [Z, rows, columns]   bias [columns] or none
// Each matrix is a view: where element (row, column) of matrix z lies is said by five numbers, (at, outer, inner,
// row, column): at + z / inner_count · outer + z % inner_count · inner + row · row + column · column.
//
// With chunk > 0 the matrices are parts of one sum: matrix z takes the terms z · chunk … of depth in all.
// A workgroup makes a TILE × TILE square of c, DEPTH terms at a time from shared memory; each thread holds
// PER_THREAD × PER_THREAD numbers of it.

layout(binding = 0) buffer C { float c[]; };
layout(binding = 1) readonly buffer A { float a[]; };
layout(binding = 2) readonly buffer B { float b[]; };
layout(binding = 3) readonly buffer Bias { float bias[]; };

layout(location = 0) uniform int rows;
layout(location = 1) uniform int columns;
layout(location = 2) uniform int depth;
layout(location = 3) uniform int chunk;
layout(location = 4) uniform int inner_count;
layout(location = 5) uniform int add;       // 1: c += …
layout(location = 6) uniform int has_bias;
layout(location = 7) uniform int view_c[5];
layout(location = 12) uniform int view_a[5];
layout(location = 17) uniform int view_b[5];
layout(location = 22) uniform int bias_at;

const int kSide = TILE / PER_THREAD;  // threads along a side of the tile

shared float tile_a[DEPTH][TILE];
shared float tile_b[DEPTH][TILE];

int start(int view[5], int z) { return view[0] + z / inner_count * view[1] + z % inner_count * view[2]; }

void main() {
  int tiles_across = (columns + TILE - 1) / TILE, tiles_down = (rows + TILE - 1) / TILE;
  int z = group() / (tiles_across * tiles_down), tile = group() % (tiles_across * tiles_down);
  int first_row = tile / tiles_across * TILE, first_column = tile % tiles_across * TILE;
  int terms = chunk > 0 ? min(chunk, depth - z * chunk) : depth;
  int at_a = start(view_a, z), at_b = start(view_b, z), at_c = start(view_c, z);
  int x = thread() % kSide, y = thread() / kSide;

  float sums[PER_THREAD][PER_THREAD];
  for (int i = 0; i < PER_THREAD; ++i)
    for (int j = 0; j < PER_THREAD; ++j) sums[i][j] = 0.0;

  for (int first = 0; first < terms; first += DEPTH) {
    // Neighbouring threads fetch numbers that are neighbours in memory, whichever way a view runs.
    for (int n = thread(); n < TILE * DEPTH; n += THREADS) {
      int k = view_a[4] == 1 ? n % DEPTH : n / TILE, r = view_a[4] == 1 ? n / DEPTH : n % TILE;
      bool inside = first + k < terms && first_row + r < rows;
      tile_a[k][r] = inside ? a[at_a + (first_row + r) * view_a[3] + (first + k) * view_a[4]] : 0.0;
      k = view_b[4] == 1 ? n / TILE : n % DEPTH;
      int column = view_b[4] == 1 ? n % TILE : n / DEPTH;
      inside = first + k < terms && first_column + column < columns;
      tile_b[k][column] = inside ? b[at_b + (first + k) * view_b[3] + (first_column + column) * view_b[4]] : 0.0;
    }
    meet();
    for (int k = 0; k < min(DEPTH, terms - first); ++k) {
      float left[PER_THREAD], right[PER_THREAD];
      for (int i = 0; i < PER_THREAD; ++i) {
        left[i] = tile_a[k][y + i * kSide];
        right[i] = tile_b[k][x + i * kSide];
      }
      for (int i = 0; i < PER_THREAD; ++i)
        for (int j = 0; j < PER_THREAD; ++j) sums[i][j] += left[i] * right[j];
    }
    meet();
  }

  for (int i = 0; i < PER_THREAD; ++i)
    for (int j = 0; j < PER_THREAD; ++j) {
      int r = first_row + y + i * kSide, column = first_column + x + j * kSide;
      if (r >= rows || column >= columns) continue;
      int at = at_c + r * view_c[3] + column * view_c[4];
      float value = sums[i][j] + (has_bias == 1 ? bias[bias_at + column] : 0.0);
      c[at] = add == 1 ? c[at] + value : value;
    }
}
