#pragma once
// Lanes: kLanes floats that are computed together, in GCC and Clang's portable vector
// extension: the compiler lowers it to whatever vectors the target has.

#include <cstdint>
#include <cstring>

namespace lab {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#else
constexpr int kLanes = 8;
#endif

typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));
typedef int32_t LaneBits __attribute__((vector_size(kLanes * sizeof(int32_t))));

inline Lanes splat(float x) { return x - Lanes{}; }
inline Lanes load(const float* from) {
  Lanes x;
  std::memcpy(&x, from, sizeof x);
  return x;
}
inline void store(float* to, Lanes x) { std::memcpy(to, &x, sizeof x); }
/// The first `count` lanes; the others are 0, or left alone in memory.
inline Lanes load_some(const float* from, int64_t count) {
  if (count >= kLanes) return load(from);
  Lanes x{};
  for (int64_t lane = 0; lane < count; ++lane) x[lane] = from[lane];
  return x;
}
inline void store_some(float* to, Lanes x, int64_t count) {
  if (count >= kLanes) return store(to, x);
  for (int64_t lane = 0; lane < count; ++lane) to[lane] = x[lane];
}
inline Lanes larger(Lanes a, Lanes b) { return a > b ? a : b; }
inline Lanes smaller(Lanes a, Lanes b) { return a < b ? a : b; }
inline LaneBits bits(Lanes x) { return reinterpret_cast<LaneBits>(x); }
inline Lanes from_bits(LaneBits x) { return reinterpret_cast<Lanes>(x); }

inline float sum(Lanes x) {
  float total = 0;
  for (int lane = 0; lane < kLanes; ++lane) total += x[lane];
  return total;
}

/// Transposes kLanes × kLanes numbers: swaps quarters of ever smaller squares.
inline void transpose(Lanes (&rows)[kLanes]) {
  for (int step = kLanes / 2; step > 0; step /= 2) {
    LaneBits upper, lower;  // numbers kLanes and above mean lanes of the second vector
    for (int lane = 0; lane < kLanes; ++lane) {
      upper[lane] = lane & step ? kLanes + lane - step : lane;
      lower[lane] = lane & step ? kLanes + lane : lane + step;
    }
    for (int row = 0; row < kLanes; ++row) {
      if (row & step) continue;
      const Lanes a = rows[row], b = rows[row + step];
      rows[row] = __builtin_shuffle(a, b, upper);
      rows[row + step] = __builtin_shuffle(a, b, lower);
    }
  }
}

/// e to the x, within 2 units in the last place; 0 below −87.3, so exp(−∞) = 0; NaN stays NaN.
/// (Range reduction x = n·ln 2 + r with ln 2 in two parts, then a degree-6 polynomial; Cephes expf.)
inline Lanes exp(Lanes x) {
  constexpr float kLowest = -87.3365447504f, kHighest = 88.3762626647949f;
  const LaneBits under = x < splat(kLowest);
  const LaneBits not_a_number = x != x;
  Lanes y = smaller(larger(x, splat(kLowest)), splat(kHighest));
  const Lanes magic = splat(12582912.0f);  // 1.5·2²³: adding it rounds to the nearest integer
  const Lanes n = (y * splat(1.44269504088896341f) + magic) - magic;
  y = y - n * splat(0.693359375f);
  y = y + n * splat(2.12194440e-4f);
  Lanes p = splat(1.9875691500e-4f);
  p = p * y + splat(1.3981999507e-3f);
  p = p * y + splat(8.3334519073e-3f);
  p = p * y + splat(4.1665795894e-2f);
  p = p * y + splat(1.6666665459e-1f);
  p = p * y + splat(5.0000001201e-1f);
  p = p * y * y + y + splat(1.0f);
  const LaneBits power = (__builtin_convertvector(n, LaneBits) + 127) << 23;
  const Lanes result = p * from_bits(power);
  return not_a_number ? x : (under ? Lanes{} : result);
}

/// The hyperbolic tangent, within 1e-7 of it.
inline Lanes tanh(Lanes x) { return splat(1.0f) - splat(2.0f) / (exp(x + x) + splat(1.0f)); }

}  // namespace lab
