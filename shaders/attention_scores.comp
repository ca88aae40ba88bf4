// QKᵀ over the pairs that exist: score = scale · q·k, or with ADDITIVE 1 Σ v · tanh(q + k); −∞ for keys beyond a
// picture's or sentence's length. The same shader gives d_weight = d_out · v on the way back.
//   q [B, H, N, width], k [B, H, M, width]: views, see below   scores [B·H, pairs]
//   pairs [pairs]: query · 65536 + key, query by query   lengths [B]   v [width]
// A thread a pair of a head. Number d of row n of head (b, h) lies at view[0] + b·view[1] + h·view[2] + n·view[3] + d.

layout(binding = 0) writeonly buffer Scores { float scores[]; };
layout(binding = 1) readonly buffer Q { float q[]; };
layout(binding = 2) readonly buffer K { float k[]; };
layout(binding = 3) readonly buffer Pairs { uint pairs[]; };
layout(binding = 4) readonly buffer Lengths { int lengths[]; };
layout(binding = 5) readonly buffer V { float v[]; };

layout(location = 0) uniform int batch_heads;  // B·H
layout(location = 1) uniform int heads;        // H
layout(location = 2) uniform int pair_count;
layout(location = 3) uniform int width;
layout(location = 4) uniform float scale;
layout(location = 5) uniform int has_lengths;
layout(location = 6) uniform int view_q[4];
layout(location = 10) uniform int view_k[4];

int start(int view[4], int b, int h, int n) { return view[0] + b * view[1] + h * view[2] + n * view[3]; }

void main() {
  int head = item() / pair_count, pair = item() % pair_count;
  if (head >= batch_heads) return;
  int b = head / heads, h = head % heads, query = int(pairs[pair] >> 16), key = int(pairs[pair] & 0xFFFFu);
  if (has_lengths == 1 && key >= lengths[b]) {
    scores[item()] = kLowest;
    return;
  }
  int at_q = start(view_q, b, h, query), at_k = start(view_k, b, h, key);
  float total = 0.0;
  for (int d = 0; d < width; ++d)
#if ADDITIVE
    total += v[d] * tangent(q[at_q + d] + k[at_k + d]);
#else
    total += q[at_q + d] * k[at_k + d];
#endif
  scores[item()] = scale * total;
}
