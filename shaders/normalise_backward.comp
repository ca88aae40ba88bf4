// The way back of normalise.comp: with u = x/‖x‖, dx = scale · (dy − u · (u·dy)) / ‖x‖, and each row's share of
// d_scale = Σ u·dy, which sum_rows.comp adds up.
//   dy, x, dx: rows of all heads, views   scale [1] or none   shares [B·H·tokens]
// A thread a row.

layout(binding = 0) writeonly buffer Dx { float dx[]; };
layout(binding = 1) readonly buffer Dy { float dy[]; };
layout(binding = 2) readonly buffer X { float x[]; };
layout(binding = 3) readonly buffer Scale { float scale[]; };
layout(binding = 4) writeonly buffer Shares { float shares_of_scale[]; };

layout(location = 0) uniform int batch_heads;
layout(location = 1) uniform int heads;
layout(location = 2) uniform int tokens;
layout(location = 3) uniform int width;
layout(location = 4) uniform int has_scale;
layout(location = 5) uniform int view_dx[4];
layout(location = 9) uniform int view_dy[4];
layout(location = 13) uniform int view_x[4];

int start(int view[4], int b, int h, int n) { return view[0] + b * view[1] + h * view[2] + n * view[3]; }

void main() {
  int n = item() % tokens, head = item() / tokens;
  if (head >= batch_heads) return;
  int b = head / heads, h = head % heads;
  int at_x = start(view_x, b, h, n), at_dy = start(view_dy, b, h, n), at_dx = start(view_dx, b, h, n);
  float squares = 0.0;
  for (int d = 0; d < width; ++d) squares += x[at_x + d] * x[at_x + d];
  float norm = sqrt(squares), inverse = 1.0 / (norm < 1e-12 ? 1e-12 : norm), along = 0.0;
  for (int d = 0; d < width; ++d) along += x[at_x + d] * inverse * dy[at_dy + d];
  float size = has_scale == 1 ? scale[0] : 1.0;
  for (int d = 0; d < width; ++d)
    dx[at_dx + d] = size * (dy[at_dy + d] - x[at_x + d] * inverse * along) * inverse;
  if (has_scale == 1) shares_of_scale[item()] = along;
}
