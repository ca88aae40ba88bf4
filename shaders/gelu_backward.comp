// The way back of gelu.comp: dx = or += dy · (Φ(x) + x · φ(x)), φ = Φ′ the normal density.
//   x, dy, dx [count]
// A thread a number.

layout(binding = 0) buffer Dx { float dx[]; };
layout(binding = 1) readonly buffer Dy { float dy[]; };
layout(binding = 2) readonly buffer X { float x[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform int add;

void main() {
  if (item() >= count) return;
  float at = x[item()], z = abs(at) * 0.70710678118654752;
  float bell = exponential(-0.5 * at * at);
  float t = 1.0 / (1.0 + 0.3275911 * z);
  float p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  float tail = 0.5 * p * bell, cumulative = at < 0.0 ? tail : 1.0 - tail;
  // bell = 0 where x² overflows: x · φ(x) is 0 there too
  float gradient = dy[item()] * (cumulative + (bell == 0.0 ? 0.0 : at * bell * 0.39894228040143268));
  dx[item()] = add == 1 ? dx[item()] + gradient : gradient;
}
