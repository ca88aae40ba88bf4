#include "core/base/rng.h"

#include <cmath>
#include <numeric>
#include <utility>

namespace lab {

Rng::Rng(uint64_t seed, uint64_t stream)
    : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
      stream_high_(static_cast<uint32_t>(stream >> 32)),
      stream_low_(static_cast<uint32_t>(stream)) {}

std::array<uint32_t, 4> Rng::words(uint64_t counter) const {
  constexpr uint64_t kMultiply0 = 0xD2511F53, kMultiply1 = 0xCD9E8D57;
  constexpr uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
  std::array<uint32_t, 4> c{static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), stream_low_,
                            stream_high_};
  auto [key0, key1] = key_;
  for (int round = 0; round < 10; ++round, key0 += kWeyl0, key1 += kWeyl1) {
    const uint64_t p0 = kMultiply0 * c[0], p1 = kMultiply1 * c[2];
    c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ key0, static_cast<uint32_t>(p1),
         static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ key1, static_cast<uint32_t>(p0)};
  }
  return c;
}

uint32_t Rng::next() {
  if (left_ == 0) {
    buffer_ = words(counter_++);
    left_ = 4;
  }
  return buffer_[--left_];
}

float Rng::uniform() { return to_unit(next()); }

float Rng::normal() {
  const float u = 1.0f - uniform();  // in (0, 1], so that the logarithm is finite
  const float angle = 6.28318530718f * uniform();
  return std::sqrt(-2.0f * std::log(u)) * std::cos(angle);
}

uint32_t Rng::below(uint32_t bound) {
  const uint32_t limit = static_cast<uint32_t>(-bound) % bound;  // words under it would favour small results
  uint32_t word = next();
  while (word < limit) word = next();
  return word % bound;
}

void Rng::permute(std::span<uint32_t> order) {
  std::iota(order.begin(), order.end(), 0u);
  for (uint32_t i = static_cast<uint32_t>(order.size()); i > 1; --i) std::swap(order[i - 1], order[below(i)]);
}

}  // namespace lab
