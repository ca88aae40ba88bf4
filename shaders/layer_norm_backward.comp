// The way back of layer_norm.comp to its input: with n = (x − mean) · rstd and dn = dy · w,
// dx = or += rstd · (dn − average(dn) − n · average(dn · n)).
//   dy, x, dx [R, C]   mean, rstd [R]   w [C]
// THREADS_PER_ROW threads share a row.

layout(binding = 0) buffer Dx { float dx[]; };
layout(binding = 1) readonly buffer Dy { float dy[]; };
layout(binding = 2) readonly buffer X { float x[]; };
layout(binding = 3) readonly buffer Mean { float means[]; };
layout(binding = 4) readonly buffer Rstd { float rstds[]; };
layout(binding = 5) readonly buffer W { float w[]; };

layout(location = 0) uniform int rows;
layout(location = 1) uniform int width;
layout(location = 2) uniform int add;

void main() {
  bool inside = row() < rows;
  int at = inside ? row() * width : 0, end = inside ? width : 0;
  float mean = means[inside ? row() : 0], rstd = rstds[inside ? row() : 0];
  float sum_share = 0.0, along_share = 0.0;
  for (int c = lane(); c < end; c += THREADS_PER_ROW) {
    float dn = dy[at + c] * w[c];
    sum_share += dn;
    along_share += dn * (x[at + c] - mean) * rstd;
  }
  float average = row_sum(sum_share) / float(width), along = row_sum(along_share) / float(width);
  for (int c = lane(); c < end; c += THREADS_PER_ROW) {
    float n = (x[at + c] - mean) * rstd;
    float gradient = rstd * (dy[at + c] * w[c] - average - n * along);
    dx[at + c] = add == 1 ? dx[at + c] + gradient : gradient;
  }
}
