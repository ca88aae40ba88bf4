#include "core/inspect/histogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace lab {
namespace {

TEST(Histogram, CountsEveryNumberOnce) {
  const std::vector<float> numbers = {-2, 0, 0, 1, 2};
  const Histogram h = histogram_of(numbers);
  EXPECT_EQ(h.count, 5);
  EXPECT_EQ(std::accumulate(h.bins.begin(), h.bins.end(), int64_t{0}), 5);
  EXPECT_EQ(h.bins.front(), 1);
  EXPECT_EQ(h.bins.back(), 1);
  EXPECT_EQ(h.bins[Histogram::kBins / 2], 2) << "0 is in the middle";
  EXPECT_EQ(h.bins[30], 1) << "1 is 3/4 of the way";
  EXPECT_EQ(h.largest, 2);
  EXPECT_NEAR(h.mean, 0.2, 1e-12);
  EXPECT_NEAR(h.deviation, std::sqrt(9.0 / 5 - 0.04), 1e-12);
  EXPECT_NEAR(h.zeros, 0.4, 1e-12);
}

TEST(Histogram, ZerosAloneAndNothing) {
  const Histogram zeros = histogram_of(std::vector<float>(3));
  EXPECT_NEAR(zeros.zeros, 1, 1e-12);
  EXPECT_EQ(zeros.bins[Histogram::kBins / 2], 3);
  EXPECT_EQ(histogram_of({}).count, 0);
}

}  // namespace
}  // namespace lab
