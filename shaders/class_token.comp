// The class token of each picture: y [B, C] from x [B, N, C].
// A thread a number of y.

layout(binding = 0) writeonly buffer Y { float y[]; };
layout(binding = 1) readonly buffer X { float x[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform int tokens;
layout(location = 2) uniform int width;

void main() {
  if (item() < count) y[item()] = x[item() / width * tokens * width + item() % width];
}
