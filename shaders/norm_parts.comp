// Parts of the gradient's squared norm: parts [groups] = Σ g² over every groups-th run of THREADS numbers.
//   g [count]
// One row a workgroup (THREADS_PER_ROW is THREADS).

layout(binding = 0) writeonly buffer Parts { float parts[]; };
layout(binding = 1) readonly buffer G { float g[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform int groups;

void main() {
  float share = 0.0;
  for (int i = item(); i < count; i += groups * THREADS) share += g[i] * g[i];
  float total = row_sum(share);
  if (lane() == 0) parts[group()] = total;
}
