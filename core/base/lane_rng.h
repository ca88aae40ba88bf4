#pragma once
// lane_words: Rng::words() for kLanes counters at once, the same bits.
//
//   LaneCounter counter;                         // 1. a counter a lane
//   const LaneWords words = lane_words(rng, counter);  // 2. words.at[i][lane] = rng.words(counter of lane)[i]

#include "core/base/rng.h"
#include "core/base/simd.h"

namespace lab {

typedef uint32_t LaneUints __attribute__((vector_size(kLanes * sizeof(uint32_t))));

/// The low and high half of each lane's counter.
struct LaneCounter {
  LaneUints low{}, high{};
};
struct LaneWords {
  LaneUints at[4];
};

namespace detail {

/// factor · x, 64 bits wide: its low half into `low`, its high half returned.
inline LaneUints multiply(LaneUints x, uint32_t factor, LaneUints& low) {
  typedef uint64_t Wide __attribute__((vector_size(kLanes * sizeof(uint32_t))));
  const Wide pairs = reinterpret_cast<Wide>(x), kLow = Wide{} + 0xffffffffu;
  const Wide even = (pairs & kLow) * uint64_t{factor}, odd = (pairs >> 32) * uint64_t{factor};
  low = x * factor;
  return reinterpret_cast<LaneUints>((even >> 32) | (odd & ~kLow));
}

}  // namespace detail

inline LaneWords lane_words(const Rng& rng, LaneCounter counter) {
  constexpr uint32_t kMultiply0 = 0xD2511F53, kMultiply1 = 0xCD9E8D57, kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
  auto [key0, key1, stream_low, stream_high] = rng.identity();
  LaneUints c0 = counter.low, c1 = counter.high, c2 = LaneUints{} + stream_low, c3 = LaneUints{} + stream_high;
  for (int round = 0; round < 10; ++round, key0 += kWeyl0, key1 += kWeyl1) {
    LaneUints low0, low1;
    const LaneUints high0 = detail::multiply(c0, kMultiply0, low0), high1 = detail::multiply(c2, kMultiply1, low1);
    c0 = high1 ^ c1 ^ key0;
    c1 = low1;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
  }
  return {{c0, c1, c2, c3}};
}

}  // namespace lab
