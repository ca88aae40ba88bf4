// Softmax and cross-entropy with label smoothing of each row (core/ops/losses.h).
//   logits, probabilities [R, K]   targets [R] in 0 … K−1   losses [R]: each row's part of the mean
// THREADS_PER_ROW threads share a row.

layout(binding = 0) writeonly buffer Losses { float losses[]; };
layout(binding = 1) buffer Probabilities { float probabilities[]; };
layout(binding = 2) readonly buffer Logits { float logits[]; };
layout(binding = 3) readonly buffer Targets { int targets[]; };

layout(location = 0) uniform int rows;
layout(location = 1) uniform int classes;
layout(location = 2) uniform float smoothing;

void main() {
  bool inside = row() < rows;
  int at = inside ? row() * classes : 0, end = inside ? classes : 0;
  float largest = kLowest;
  for (int k = lane(); k < end; k += THREADS_PER_ROW) largest = logits[at + k] > largest ? logits[at + k] : largest;
  largest = row_largest(largest);
  float share = 0.0, below = 0.0;
  for (int k = lane(); k < end; k += THREADS_PER_ROW) {
    float e = exponential(logits[at + k] - largest);
    probabilities[at + k] = e;
    share += e;
    below += logits[at + k] - largest;
  }
  float total = row_sum(share), all = row_sum(below);
  for (int k = lane(); k < end; k += THREADS_PER_ROW) probabilities[at + k] /= total;
  if (!inside || lane() != 0) return;
  float on_target = logarithm(total) - (logits[at + targets[row()]] - largest);
  float on_all = logarithm(total) - all / float(classes);
  losses[row()] = (smoothing < 1.0 ? (1.0 - smoothing) * on_target : 0.0) +
                  (smoothing > 0.0 ? smoothing * on_all : 0.0);
}
