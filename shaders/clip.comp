// Gradient clipping: where the norm is beyond `largest`, g is scaled down to it (core/ops/update.h).
//   g [count]   norm [1]
// A thread a number.

layout(binding = 0) buffer G { float g[]; };
layout(binding = 1) readonly buffer Norm { float norm[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform float largest;

void main() {
  if (item() < count && norm[0] > largest) g[item()] *= largest / (norm[0] + 1e-6);
}
