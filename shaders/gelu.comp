// GELU: y = x · Φ(x), Φ the normal distribution's cumulative function (core/ops/gelu.h).
//   x, y [count]
// A thread a number. Φ(x) = (1 + erf(x/√2)) / 2, erf by Abramowitz and Stegun 7.1.26 (error at most 1.5e-7).

layout(binding = 0) writeonly buffer Y { float y[]; };
layout(binding = 1) readonly buffer X { float x[]; };

layout(location = 0) uniform int count;

float cumulative(float x) {
  float z = abs(x) * 0.70710678118654752;
  float t = 1.0 / (1.0 + 0.3275911 * z);
  float p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  float tail = 0.5 * p * exponential(-0.5 * x * x);
  return x < 0.0 ? tail : 1.0 - tail;
}

void main() {
  if (item() >= count) return;
  float at = x[item()];
  y[item()] = at * cumulative(at);
}
