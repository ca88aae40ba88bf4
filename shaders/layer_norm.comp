// Layer normalisation of rows: y = (x − mean) / √(variance + ε) · w + b (core/ops/layer_norm.h).
//   x, y [R, C]   w, b [C]   mean, rstd [R], kept for the way back
// THREADS_PER_ROW threads share a row.

layout(binding = 0) writeonly buffer Y { float y[]; };
layout(binding = 1) writeonly buffer Mean { float means[]; };
layout(binding = 2) writeonly buffer Rstd { float rstds[]; };
layout(binding = 3) readonly buffer X { float x[]; };
layout(binding = 4) readonly buffer W { float w[]; };
layout(binding = 5) readonly buffer B { float b[]; };

layout(location = 0) uniform int rows;
layout(location = 1) uniform int width;
layout(location = 2) uniform float epsilon;

void main() {
  bool inside = row() < rows;
  int at = inside ? row() * width : 0, end = inside ? width : 0;
  float share = 0.0;
  for (int c = lane(); c < end; c += THREADS_PER_ROW) share += x[at + c];
  float mean = row_sum(share) / float(width);
  share = 0.0;
  for (int c = lane(); c < end; c += THREADS_PER_ROW) share += (x[at + c] - mean) * (x[at + c] - mean);
  float rstd = 1.0 / sqrt(row_sum(share) / float(width) + epsilon);
  for (int c = lane(); c < end; c += THREADS_PER_ROW) y[at + c] = (x[at + c] - mean) * rstd * w[c] + b[c];
  if (inside && lane() == 0) {
    means[row()] = mean;
    rstds[row()] = rstd;
  }
}
