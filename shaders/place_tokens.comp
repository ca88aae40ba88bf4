// The class token, then the patches, each plus its position (core/ops/patches.h).
//   embedded [B, N−1, C]   class_token [C]   position [N, C]   x [B, N, C]
// A thread a number of x.

layout(binding = 0) writeonly buffer X { float x[]; };
layout(binding = 1) readonly buffer Embedded { float embedded[]; };
layout(binding = 2) readonly buffer ClassToken { float class_token[]; };
layout(binding = 3) readonly buffer Position { float position[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform int tokens;
layout(location = 2) uniform int width;

void main() {
  if (item() >= count) return;
  int c = item() % width, n = item() / width % tokens, b = item() / width / tokens;
  float token = n == 0 ? class_token[c] : embedded[(b * (tokens - 1) + n - 1) * width + c];
  x[item()] = token + position[n * width + c];
}
