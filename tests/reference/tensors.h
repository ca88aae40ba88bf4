#pragma once
// Random tensors for tests, and comparing tensors with the oracle.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/arena.h"
#include "core/base/rng.h"
#include "tests/reference/device_under_test.h"

namespace lab::reference {

/// Where a test's tensors live, on the host and on the device under test; each `draw` takes the next numbers of one
/// stream.
class Inputs {
 public:
  explicit Inputs(uint64_t seed) : rng_(seed, stream::kTests) { arena_.attach(&device_under_test()); }

  Tensor zeros(Shape shape) { return arena_.allocate(shape); }
  Tensor draw(Shape shape, float size = 1, float centre = 0) {
    const Tensor tensor = zeros(shape);
    for (float& value : tensor) value = centre + size * rng_.normal();
    device_under_test().upload(tensor);
    return tensor;
  }
  std::vector<int> classes(int64_t count, int64_t bound) {
    std::vector<int> drawn(count);
    for (int& number : drawn) number = static_cast<int>(rng_.below(static_cast<uint32_t>(bound)));
    return drawn;
  }
  Arena& arena() { return arena_; }
  Rng& rng() { return rng_; }

 private:
  Arena arena_;
  Rng rng_;
};

/// A tensor's numbers as they are on the device.
inline std::vector<double> numbers(Tensor tensor) {
  device_under_test().download(tensor);
  return {tensor.begin(), tensor.end()};
}

/// Every number within `tolerance` of what is expected, in units of the largest that is expected (or of 1
/// where all are smaller). NaN is never close.
inline void expect_close(const std::vector<double>& result, const std::vector<double>& expected,
                         const std::string& what, double tolerance = 5e-6) {
  ASSERT_EQ(result.size(), expected.size()) << what;
  double size = 1;
  for (double value : expected) size = std::max(size, std::abs(value));
  for (size_t i = 0; i < result.size(); ++i)
    if (!(std::abs(result[i] - expected[i]) <= tolerance * size)) {
      ADD_FAILURE() << what << " differs at " << i << ": " << result[i] << " instead of " << expected[i];
      return;
    }
}
inline void expect_close(Tensor result, const std::vector<double>& expected, const std::string& what,
                         double tolerance = 5e-6) {
  expect_close(numbers(result), expected, what, tolerance);
}

}  // namespace lab::reference
