#include "core/inspect/histogram.h"

#include <algorithm>
#include <cmath>

namespace lab {

Histogram histogram_of(std::span<const float> numbers) {
  Histogram h;
  h.count = static_cast<int64_t>(numbers.size());
  if (numbers.empty()) return h;
  const auto count = static_cast<double>(numbers.size());
  for (const float number : numbers) {
    h.mean += number / count;
    h.largest = std::max(h.largest, std::abs(number));
    if (number == 0) h.zeros += 1 / count;
  }
  for (const float number : numbers) {
    h.deviation += (number - h.mean) * (number - h.mean) / count;
    const float share = h.largest > 0 ? number / h.largest : 0;  // −1 … 1
    const int bin = static_cast<int>((share + 1) / 2 * Histogram::kBins);
    ++h.bins[std::min(bin, Histogram::kBins - 1)];
  }
  h.deviation = std::sqrt(h.deviation);
  return h;
}

}  // namespace lab
