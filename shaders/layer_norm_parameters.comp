// The way back of layer_norm.comp to its weight and bias, in parts of `chunk` rows, which sum_rows adds up:
// dw = Σ dy · (x − mean) · rstd, db = Σ dy.
//   dy, x [R, C]   mean, rstd [R]   parts [parts, 2, C]: dw, then db
// A thread a column of a part.

layout(binding = 0) writeonly buffer Parts { float parts[]; };
layout(binding = 1) readonly buffer Dy { float dy[]; };
layout(binding = 2) readonly buffer X { float x[]; };
layout(binding = 3) readonly buffer Mean { float means[]; };
layout(binding = 4) readonly buffer Rstd { float rstds[]; };

layout(location = 0) uniform int rows;
layout(location = 1) uniform int width;
layout(location = 2) uniform int chunk;

void main() {
  int part = item() / width, c = item() % width;
  if (part * chunk >= rows) return;
  float dw = 0.0, db = 0.0;
  for (int r = part * chunk; r < min((part + 1) * chunk, rows); ++r) {
    float d = dy[r * width + c];
    dw += d * (x[r * width + c] - means[r]) * rstds[r];
    db += d;
  }
  parts[part * 2 * width + c] = dw;
  parts[(part * 2 + 1) * width + c] = db;
}
