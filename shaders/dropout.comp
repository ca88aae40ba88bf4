// Dropout, and its way back, which is the same with gradients: y = or += x · scale, scale 0 with probability p
// and 1/(1−p) else (core/ops/dropout.h).
//   x, y [count]
// A thread four numbers: one counter of Philox 4×32-10 (core/base/rng.h) gives four words, as on the CPU.

layout(binding = 0) buffer Y { float y[]; };
layout(binding = 1) readonly buffer X { float x[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform int add;
layout(location = 2) uniform float p;
layout(location = 3) uniform uint step;  // the counter's upper half
layout(location = 4) uniform uint key0;
layout(location = 5) uniform uint key1;
layout(location = 6) uniform uint stream_low;
layout(location = 7) uniform uint stream_high;

uint[4] philox(uint counter) {
  uint c[4] = uint[4](counter, step, stream_low, stream_high);
  uint k0 = key0, k1 = key1;
  for (int round_ = 0; round_ < 10; ++round_) {
    uint high0, low0, high1, low1;
    umulExtended(0xD2511F53u, c[0], high0, low0);
    umulExtended(0xCD9E8D57u, c[2], high1, low1);
    c = uint[4](high1 ^ c[1] ^ k0, low1, high0 ^ c[3] ^ k1, low0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c;
}

void main() {
  if (item() * 4 >= count) return;
  uint words[4] = philox(uint(item()));
  float kept = 1.0 / (1.0 - p);
  for (int j = 0; j < 4; ++j) {
    int i = item() * 4 + j;
    if (i >= count) return;
    float scale = float(words[j] >> 8) / 16777216.0 < p ? 0.0 : kept;
    y[i] = (add == 1 ? y[i] : 0.0) + x[i] * scale;
  }
}
