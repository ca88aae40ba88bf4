#pragma once
// Packed heads: kLanes heads side by side, so that one vector holds the same number of kLanes different (picture, head)
// pairs, and arithmetic on a row of one head is arithmetic on all of them.
//
//   each_chunk(width, [&](auto size, int d) {                     // 1. a row by parts that fit into registers
//     const auto q = Chunk<size>::of(packed.from(d).token(i));    // 2. one token's part
//     total += q.dot(other.from(d).token(j));                     // 3. against another's
//   });

#include <cstdint>
#include <type_traits>

#include "core/base/simd.h"

namespace lab {

/// Number d of token n is a vector at [n · width + d].
struct Packed {
  float* data;
  int width;
  float* token(int64_t n) const { return data + n * width * kLanes; }
  Packed from(int d) const { return {data + d * kLanes, width}; }
};

/// The numbers of a head that are held in registers at once. Widths are worked through in chunks of
/// this many, and the rest in halves of it.
constexpr int kChunk = kLanes == 16 ? 16 : 8;

/// Calls body(chunk size, first number) for each chunk of `width`.
template <int kSize = kChunk, class Body>
void each_chunk(int width, const Body& body, int first = 0) {
  for (; first + kSize <= width; first += kSize) body(std::integral_constant<int, kSize>{}, first);
  if constexpr (kSize > 1) each_chunk<kSize / 2>(width, body, first);
}

/// Some numbers of one token, in registers.
template <int kSize>
struct Chunk {
  Lanes at[kSize];

  static Chunk of(const float* token) {
    Chunk chunk;
    for (int d = 0; d < kSize; ++d) chunk.at[d] = load(token + d * kLanes);
    return chunk;
  }
  Lanes dot(const float* token) const {
    Lanes sums[4] = {};
    for (int d = 0; d < kSize; ++d) sums[d % 4] += at[d] * load(token + d * kLanes);
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
  Lanes dot_tanh(const float* token, const float* factors) const {
    Lanes total{};
    for (int d = 0; d < kSize; ++d) total += splat(factors[d]) * tanh(at[d] + load(token + d * kLanes));
    return total;
  }
  void add(Lanes factor, const float* token) {
    for (int d = 0; d < kSize; ++d) at[d] += factor * load(token + d * kLanes);
  }
  void add_to(float* token, Lanes factor) const {
    for (int d = 0; d < kSize; ++d) store(token + d * kLanes, load(token + d * kLanes) + factor * at[d]);
  }
  void put(float* token) const {
    for (int d = 0; d < kSize; ++d) store(token + d * kLanes, at[d]);
  }
};

}  // namespace lab
