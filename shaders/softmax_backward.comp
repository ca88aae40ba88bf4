// The way back of softmax.comp: d_score = weight · (d_weight − Σ weight · d_weight).
//   weights, d_weights, d_scores [B·H, pairs]   first [N + 1]
// THREADS_PER_ROW threads share a row. d_scores may be d_weights' memory: each number is read before it is written.

layout(binding = 0) writeonly buffer DScores { float d_scores[]; };
layout(binding = 1) readonly buffer Weights { float weights[]; };
layout(binding = 2) readonly buffer DWeights { float d_weights[]; };
layout(binding = 3) readonly buffer First { int first[]; };

layout(location = 0) uniform int batch_heads;
layout(location = 1) uniform int queries;
layout(location = 2) uniform int pair_count;

void main() {
  int head = row() / queries, query = row() % queries;
  bool inside = head < batch_heads;
  int begin = inside ? head * pair_count + first[query] : 0, end = inside ? head * pair_count + first[query + 1] : 0;
  float share = 0.0;
  for (int i = begin + lane(); i < end; i += THREADS_PER_ROW) share += weights[i] * d_weights[i];
  float along = row_sum(share);
  for (int i = begin + lane(); i < end; i += THREADS_PER_ROW) d_scores[i] = weights[i] * (d_weights[i] - along);
}
