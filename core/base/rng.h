#pragma once
// Rng: the only source of randomness. Counter-based (Philox 4×32-10; Salmon et al.,
// "Parallel random numbers: as easy as 1, 2, 3", SC 2011), so that the n-th number of a
// stream is the same on every thread and every device, and a run can be resumed anywhere.

#include <array>
#include <cstdint>
#include <span>

namespace lab {

class Rng {
 public:
  /// Streams of one seed are independent; name them by what they serve (see Stream).
  Rng(uint64_t seed, uint64_t stream);

  /// Four words of the stream at `counter`, without touching the position.
  std::array<uint32_t, 4> words(uint64_t counter) const;
  /// Both halves of the key, then of the stream, the lower first: what another device, or lane_words() (lane_rng.h),
  /// needs to give the same words.
  std::array<uint32_t, 4> identity() const { return {key_[0], key_[1], stream_low_, stream_high_}; }

  uint32_t next();
  /// Uniform in [0, 1).
  float uniform();
  /// Uniform in [low, high).
  float uniform(float low, float high) { return low + (high - low) * uniform(); }
  /// Standard normal (Box–Muller).
  float normal();
  /// Uniform in 0 … bound−1, without bias; bound > 0.
  uint32_t below(uint32_t bound);
  /// Fills `order` with 0 … size−1 in random order (Fisher–Yates).
  void permute(std::span<uint32_t> order);

 private:
  std::array<uint32_t, 2> key_;
  uint32_t stream_high_, stream_low_;
  uint64_t counter_ = 0;
  std::array<uint32_t, 4> buffer_{};
  int left_ = 0;
};

/// What a stream of random numbers serves; one seed gives every part of a run its own stream.
namespace stream {
constexpr uint64_t kParameters = 1;
constexpr uint64_t kBatches = 2;
constexpr uint64_t kDropout = 3;
constexpr uint64_t kShapes = 4;
constexpr uint64_t kTests = 5;
constexpr uint64_t kPattern = 6;
constexpr uint64_t kRemoval = 7;
constexpr uint64_t kAttentionDropout = 8;
constexpr uint64_t kHeldOut = 9;
constexpr uint64_t kTexts = 20;
}  // namespace stream

/// A float in [0, 1) from 32 random bits.
inline float to_unit(uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24f; }

}  // namespace lab
