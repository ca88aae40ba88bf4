// Token embedding: x = table[token] + position (core/ops/embedding.h).
//   tokens [B·N] in 0 … V−1   table [V, C]   position [N, C]   x [B, N, C]
// A thread a number of x.

layout(binding = 0) writeonly buffer X { float x[]; };
layout(binding = 1) readonly buffer Tokens { int tokens[]; };
layout(binding = 2) readonly buffer Table { float table[]; };
layout(binding = 3) readonly buffer Position { float position[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform int places;  // N
layout(location = 2) uniform int width;

void main() {
  if (item() >= count) return;
  int row = item() / width, c = item() % width;
  x[item()] = table[tokens[row] * width + c] + position[row % places * width + c];
}
