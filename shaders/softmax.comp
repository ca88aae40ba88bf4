// Softmax of each query's scores: weight = e^(score − largest) / their sum. A row with no key (none in the pattern,
// or all −∞) gives zeros; a NaN makes its whole row NaN.
//   scores, weights [B·H, pairs]   first [N + 1]: where each query's pairs begin
// THREADS_PER_ROW threads share a row. The running maximum starts at −∞.

layout(binding = 0) buffer Weights { float weights[]; };
layout(binding = 1) readonly buffer Scores { float scores[]; };
layout(binding = 2) readonly buffer First { int first[]; };

layout(location = 0) uniform int batch_heads;
layout(location = 1) uniform int queries;
layout(location = 2) uniform int pair_count;

void main() {
  int head = row() / queries, query = row() % queries;
  bool inside = head < batch_heads;
  int begin = inside ? head * pair_count + first[query] : 0, end = inside ? head * pair_count + first[query + 1] : 0;
  float largest = kLowest;
  for (int i = begin + lane(); i < end; i += THREADS_PER_ROW) largest = scores[i] > largest ? scores[i] : largest;
  largest = row_largest(largest);
  float base = largest == kLowest ? 0.0 : largest, share = 0.0;  // no key: every weight becomes e^(−∞) = 0
  for (int i = begin + lane(); i < end; i += THREADS_PER_ROW) {
    float e = exponential(scores[i] - base);
    weights[i] = e;
    share += e;
  }
  float total = row_sum(share);
  for (int i = begin + lane(); i < end; i += THREADS_PER_ROW) weights[i] = total == 0.0 ? 0.0 : weights[i] / total;
}
