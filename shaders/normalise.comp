// Rows made of one length, for the cosine score: y = scale · x / ‖x‖ (core/attention/cosine_attention.cpp).
//   x, y: rows of all heads, views as in attention_scores.comp   scale [1] or none: 1
// A thread a row.

layout(binding = 0) writeonly buffer Y { float y[]; };
layout(binding = 1) readonly buffer X { float x[]; };
layout(binding = 2) readonly buffer Scale { float scale[]; };

layout(location = 0) uniform int batch_heads;
layout(location = 1) uniform int heads;
layout(location = 2) uniform int tokens;
layout(location = 3) uniform int width;
layout(location = 4) uniform int has_scale;
layout(location = 5) uniform int view_y[4];
layout(location = 9) uniform int view_x[4];

int start(int view[4], int b, int h, int n) { return view[0] + b * view[1] + h * view[2] + n * view[3]; }

void main() {
  int n = item() % tokens, head = item() / tokens;
  if (head >= batch_heads) return;
  int b = head / heads, h = head % heads;
  int at_x = start(view_x, b, h, n), at_y = start(view_y, b, h, n);
  float squares = 0.0;
  for (int d = 0; d < width; ++d) squares += x[at_x + d] * x[at_x + d];
  float norm = sqrt(squares);
  float factor = (has_scale == 1 ? scale[0] : 1.0) / (norm < 1e-12 ? 1e-12 : norm);
  for (int d = 0; d < width; ++d) y[at_y + d] = x[at_x + d] * factor;
}
