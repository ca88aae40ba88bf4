#pragma once
// Histogram: how the numbers of one tensor are spread, from −largest to +largest in kBins equal bins, 0 in the middle
// of the middle one.

#include <array>
#include <cstdint>
#include <span>

namespace lab {

struct Histogram {
  static constexpr int kBins = 41;
  int64_t count = 0;
  double mean = 0, deviation = 0;  // of all, not of a sample
  float largest = 0;               // magnitude
  double zeros = 0;                // share that is 0 exactly
  std::array<int64_t, kBins> bins{};
};

/// Numbers must be finite.
Histogram histogram_of(std::span<const float> numbers);

}  // namespace lab
