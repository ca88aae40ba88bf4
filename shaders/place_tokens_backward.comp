// The way back of place_tokens.comp to the patches: d_embedded is dx without the class token. The gradients of
// position and class token are sums over the batch (sum_rows.comp).
//   dx [B, N, C]   d_embedded [B, N−1, C]
// A thread a number of d_embedded.

layout(binding = 0) writeonly buffer DEmbedded { float d_embedded[]; };
layout(binding = 1) readonly buffer Dx { float dx[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform int tokens;
layout(location = 2) uniform int width;

void main() {
  if (item() >= count) return;
  int b = item() / ((tokens - 1) * width), at = item() % ((tokens - 1) * width);
  d_embedded[item()] = dx[b * tokens * width + width + at];
}
