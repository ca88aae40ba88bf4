// Dropout: what is kept is scaled up, the way back uses the same mask, and the mask is a function of the
// stream and the step alone.

#include "core/ops/dropout.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/reference/tensors.h"

namespace lab {
namespace {

using reference::Inputs;
using reference::numbers;

const Rng kRng(7, stream::kDropout);

Tensor mask(Inputs& inputs, int64_t count, float p, uint64_t step) {
  const Tensor ones = inputs.zeros({count}), y = inputs.zeros({count});
  std::fill(ones.begin(), ones.end(), 1.0f);
  device_under_test().upload(ones);
  device_under_test().dropout_forward(y, ones, p, kRng, step);
  device_under_test().download(y);
  return y;
}

TEST(Dropout, DropsItsShareAndScalesTheRest) {
  Inputs inputs(1);
  for (float p : {0.1f, 0.5f, 0.9f}) {
    constexpr int64_t kCount = 50'003;
    const Tensor scale = mask(inputs, kCount, p, 3);
    int64_t dropped = 0;
    for (float s : scale) {
      EXPECT_TRUE(s == 0 || s == 1 / (1 - p)) << s;
      dropped += s == 0;
    }
    EXPECT_NEAR(static_cast<double>(dropped) / kCount, p, 5 * std::sqrt(p * (1 - p) / kCount));
  }
}

TEST(Dropout, NothingIsDroppedAtZero) {
  Inputs inputs(2);
  const Tensor x = inputs.draw({77}), y = inputs.zeros({77});
  device_under_test().dropout_forward(y, x, 0, kRng, 1);
  EXPECT_EQ(numbers(y), numbers(x));
}

TEST(Dropout, TheSameStepDropsTheSameAndAnotherStepOthers) {
  Inputs inputs(3);
  EXPECT_EQ(numbers(mask(inputs, 1001, 0.5f, 9)), numbers(mask(inputs, 1001, 0.5f, 9)));
  EXPECT_NE(numbers(mask(inputs, 1001, 0.5f, 9)), numbers(mask(inputs, 1001, 0.5f, 10)));
}

TEST(Dropout, TheWayBackUsesTheSameMask) {
  Inputs inputs(4);
  for (int64_t count : {1, 3, 4, 5, 33'001}) {
    const Tensor scale = mask(inputs, count, 0.3f, 5), x = inputs.draw({count}), y = inputs.zeros({count});
    const Tensor dx = inputs.zeros({count}), before = inputs.draw({count}), sum = inputs.zeros({count});
    std::copy(before.begin(), before.end(), sum.begin());
    device_under_test().upload(sum);
    device_under_test().dropout_forward(y, x, 0.3f, kRng, 5);
    device_under_test().dropout_backward(dx, Into::kOverwrite, x, 0.3f, kRng, 5);
    device_under_test().dropout_backward(sum, Into::kAdd, x, 0.3f, kRng, 5);
    for (Tensor result : {y, dx, sum}) device_under_test().download(result);
    for (int64_t i = 0; i < count; ++i) {
      EXPECT_EQ(y[i], x[i] * scale[i]);
      EXPECT_EQ(dx[i], y[i]);
      EXPECT_NEAR(sum[i], before[i] + y[i], 1e-6);
    }
  }
}

}  // namespace
}  // namespace lab
