// The way back of cross_entropy.comp: d_logit = (probability − truth) / R, the truth smoothed.
//   probabilities, d_logits [R, K]   targets [R]
// A thread a number.

layout(binding = 0) writeonly buffer DLogits { float d_logits[]; };
layout(binding = 1) readonly buffer Probabilities { float probabilities[]; };
layout(binding = 2) readonly buffer Targets { int targets[]; };

layout(location = 0) uniform int rows;
layout(location = 1) uniform int classes;
layout(location = 2) uniform float smoothing;

void main() {
  if (item() >= rows * classes) return;
  int r = item() / classes, k = item() % classes;
  float truth = smoothing / float(classes) + (k == targets[r] ? 1.0 - smoothing : 0.0);
  d_logits[item()] = (probabilities[item()] - truth) / float(rows);
}
