// The gradient's norm from its parts: norm [1] = √Σ parts.
//   parts [count]
// One workgroup.

layout(binding = 0) writeonly buffer Norm { float norm[]; };
layout(binding = 1) readonly buffer Parts { float parts[]; };

layout(location = 0) uniform int count;

void main() {
  float share = 0.0;
  for (int i = thread(); i < count; i += THREADS) share += parts[i];
  float total = row_sum(share);
  if (thread() == 0) norm[0] = sqrt(total);
}
