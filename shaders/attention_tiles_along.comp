// What the way back of attention tile by tile needs of each query first: along = Σ d_out · out, which is
// Σ weight · d_weight (Dao, 2023), into the third place of `kept`.
//   out, d_out: views   kept [B·H, N, 3]
// A thread a query of a head.

layout(binding = 0) buffer Kept { float kept[]; };
layout(binding = 1) readonly buffer Out { float mixed_values[]; };
layout(binding = 2) readonly buffer DOut { float d_out[]; };

layout(location = 0) uniform int batch_heads;
layout(location = 1) uniform int heads;
layout(location = 2) uniform int queries;
layout(location = 3) uniform int width;
layout(location = 4) uniform int view_out[4];
layout(location = 8) uniform int view_d_out[4];

int start(int view[4], int b, int h, int n) { return view[0] + b * view[1] + h * view[2] + n * view[3]; }

void main() {
  int query = item() % queries, head = item() / queries;
  if (head >= batch_heads) return;
  int at = start(view_out, head / heads, head % heads, query), d_at = start(view_d_out, head / heads, head % heads, query);
  float along = 0.0;
  for (int d = 0; d < width; ++d) along += mixed_values[at + d] * d_out[d_at + d];
  kept[item() * 3 + 2] = along;
}
