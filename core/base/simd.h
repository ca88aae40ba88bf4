#pragma once
// Lanes: kLanes floats that are computed together, in GCC and Clang's portable vector
// extension: the compiler lowers it to whatever vectors the target has.

#include <cstdint>
#include <cstring>
#include <utility>

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

/// Lane i of the result is number order(i) of a and b together: those of b are counted from kLanes on.
template <class Order, int... lane>
inline Lanes shuffled(Lanes a, Lanes b, Order order, std::integer_sequence<int, lane...>) {
#if defined(__clang__)
  return __builtin_shufflevector(a, b, order(lane)...);
#else
  return __builtin_shuffle(a, b, LaneBits{order(lane)...});
#endif
}
template <class Order>
inline Lanes shuffled(Lanes a, Lanes b, Order order) {
  return shuffled(a, b, order, std::make_integer_sequence<int, kLanes>{});
}

// All lanes in one by halves: each is joined with the one kStep away.
template <int kStep = kLanes / 2, class Join>
inline float reduced(Lanes x, Join join) {
  if constexpr (kStep == 0) {
    return x[0];
  } else {
    return reduced<kStep / 2>(join(x, shuffled(x, x, [](int lane) { return lane ^ kStep; })), join);
  }
}
inline float sum(Lanes x) {
  return reduced(x, [](Lanes a, Lanes b) { return a + b; });
}
inline float largest_lane(Lanes x) { return reduced(x, larger); }

/// Transposes kLanes × kLanes numbers: swaps quarters of ever smaller squares.
template <int kStep = kLanes / 2>
inline void transpose(Lanes (&rows)[kLanes]) {
  for (int row = 0; row < kLanes; ++row) {
    if (row & kStep) continue;
    const Lanes a = rows[row], b = rows[row + kStep];
    rows[row] = shuffled(a, b, [](int lane) { return lane & kStep ? kLanes + lane - kStep : lane; });
    rows[row + kStep] = shuffled(a, b, [](int lane) { return lane & kStep ? kLanes + lane : lane + kStep; });
  }
  if constexpr (kStep > 1) transpose<kStep / 2>(rows);
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

/// The natural logarithm, within 2 units in the last place; whatever is below the smallest normal float, 0 too,
/// counts as that: −87.3; NaN stays NaN. (Mantissa in √½ … √2 and a degree-9 polynomial; Cephes logf.)
inline Lanes log(Lanes x) {
  const LaneBits not_a_number = x != x;
  const Lanes given = x;
  x = larger(x, splat(1.17549435e-38f));
  const LaneBits raw = bits(x);
  Lanes m = from_bits((raw & 0x007fffff) | 0x3f000000);  // ½ … 1
  const LaneBits small = m < splat(0.707106781186547524f);
  const Lanes e = __builtin_convertvector((raw >> 23) - 126 + small, Lanes);  // `small` is −1 where it is true
  m = (small ? m + m : m) - splat(1.0f);
  Lanes p = splat(7.0376836292e-2f);
  p = p * m + splat(-1.1514610310e-1f);
  p = p * m + splat(1.1676998740e-1f);
  p = p * m + splat(-1.2420140846e-1f);
  p = p * m + splat(1.4249322787e-1f);
  p = p * m + splat(-1.6668057665e-1f);
  p = p * m + splat(2.0000714765e-1f);
  p = p * m + splat(-2.4999993993e-1f);
  p = p * m + splat(3.3333331174e-1f);
  const Lanes square = m * m;
  const Lanes result =
      m + (p * m * square + e * splat(-2.12194440e-4f) - splat(0.5f) * square) + e * splat(0.693359375f);
  return not_a_number ? given : result;
}

/// The hyperbolic tangent, within 1e-7 of it.
inline Lanes tanh(Lanes x) { return splat(1.0f) - splat(2.0f) / (exp(x + x) + splat(1.0f)); }

}  // namespace lab
