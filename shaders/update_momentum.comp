// SGD with momentum (core/ops/update.h): g += decay · p; m = momentum · m + g; p −= rate · m.
//   p, g, m [count]   norm [1]: nothing moves where it is asked for and not finite
// A thread a parameter.

layout(binding = 0) buffer P { float p[]; };
layout(binding = 1) readonly buffer G { float g[]; };
layout(binding = 2) buffer M { float m[]; };
layout(binding = 3) readonly buffer Norm { float norm[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform int has_norm;
layout(location = 2) uniform float rate;
layout(location = 3) uniform float weight_decay;
layout(location = 4) uniform float momentum;

void main() {
  int i = item();
  if (i >= count || (has_norm == 1 && !(norm[0] < -kLowest))) return;
  m[i] = momentum * m[i] + (g[i] + weight_decay * p[i]);
  p[i] -= rate * m[i];
}
