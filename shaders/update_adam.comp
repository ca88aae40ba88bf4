// Adam, and with DECOUPLED 1 AdamW (core/ops/update.h): m = β₁m + (1−β₁)g; v = β₂v + (1−β₂)g²;
// p −= rate · m̂ / (√v̂ + ε), hats corrected for their start at 0.
//   p, g, m, v [count]   norm [1]: nothing moves where it is asked for and not finite
// A thread a parameter.

layout(binding = 0) buffer P { float p[]; };
layout(binding = 1) readonly buffer G { float g[]; };
layout(binding = 2) buffer M { float m[]; };
layout(binding = 3) buffer V { float v[]; };
layout(binding = 4) readonly buffer Norm { float norm[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform int has_norm;
layout(location = 2) uniform float rate;
layout(location = 3) uniform float weight_decay;
layout(location = 4) uniform float beta1;
layout(location = 5) uniform float beta2;
layout(location = 6) uniform float epsilon;
layout(location = 7) uniform float first_so_far;
layout(location = 8) uniform float second_so_far;

void main() {
  int i = item();
  if (i >= count || (has_norm == 1 && !(norm[0] < -kLowest))) return;
  float gradient = g[i];
  if (DECOUPLED == 1)
    p[i] -= rate * weight_decay * p[i];
  else
    gradient += weight_decay * p[i];
  m[i] = beta1 * m[i] + (1.0 - beta1) * gradient;
  v[i] = beta2 * v[i] + (1.0 - beta2) * gradient * gradient;
  p[i] -= rate / first_so_far * m[i] / (sqrt(v[i]) / second_so_far + epsilon);
}
