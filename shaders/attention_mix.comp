// Weights × V over the pairs that exist: out = factor · Σ weight · v over each query's keys. With TURNED 1 the sum
// goes over each key's queries instead: so one shader gives out, dq (d_scores and k), dk (d_scores and q, turned)
// and dv (weights and d_out, turned). Gathered, each number by one thread: no atomics, one order of summing.
//   weights [B·H, pairs]   from: the other side's rows   to: this side's rows; views as in attention_scores.comp
//   first [rows + 1]: where each row's entries begin   turned [pairs]: the pairs, key by key
// A thread a number of `to`.
//
// ADDITIVE 1: the way back of v · tanh(q + k), this side's rows in `own`: to = v · Σ weight · (1 − t²).
// ADDITIVE 2: its way back to v, summed over rows by sum_rows.comp: to [B·H, rows, width] = Σ weight · t.

layout(binding = 0) writeonly buffer To { float to[]; };
layout(binding = 1) readonly buffer Weights { float weights[]; };
layout(binding = 2) readonly buffer From { float from[]; };
layout(binding = 3) readonly buffer First { int first[]; };
layout(binding = 4) readonly buffer Pairs { uint pairs[]; };
layout(binding = 5) readonly buffer Turned { int turned[]; };
layout(binding = 6) readonly buffer Own { float own[]; };
layout(binding = 7) readonly buffer V { float v[]; };

layout(location = 0) uniform int batch_heads;
layout(location = 1) uniform int heads;
layout(location = 2) uniform int rows;
layout(location = 3) uniform int pair_count;
layout(location = 4) uniform int width;
layout(location = 5) uniform float factor;
layout(location = 6) uniform int view_to[4];
layout(location = 10) uniform int view_from[4];
layout(location = 14) uniform int view_own[4];

int start(int view[4], int b, int h, int n) { return view[0] + b * view[1] + h * view[2] + n * view[3]; }

void main() {
  int d = item() % width, n = item() / width % rows, head = item() / width / rows;
  if (head >= batch_heads) return;
  int b = head / heads, h = head % heads;
  int at_from = start(view_from, b, h, 0) + d, at_pairs = head * pair_count;
#if ADDITIVE
  float mine = own[start(view_own, b, h, n) + d];
#endif
  float total = 0.0;
  for (int entry = first[n]; entry < first[n + 1]; ++entry) {
#if TURNED
    int pair = turned[entry], other = int(pairs[pair] >> 16);
#else
    int pair = entry, other = int(pairs[pair] & 0xFFFFu);
#endif
    float theirs = from[at_from + other * view_from[3]];
#if ADDITIVE == 0
    total += weights[at_pairs + pair] * theirs;
#else
    float t = tangent(mine + theirs);
    total += weights[at_pairs + pair] * (ADDITIVE == 1 ? 1.0 - t * t : t);
#endif
  }
#if ADDITIVE == 1
  total *= v[d];
#endif
  to[start(view_to, b, h, n) + d] = factor * total;
}
