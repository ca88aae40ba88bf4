// Operations that only the CPU has: the mean squared error, and the way back of an addition.

#include <gtest/gtest.h>

#include "core/ops/add.h"
#include "core/ops/losses.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"
#include "tests/reference/tensors.h"

namespace lab {
namespace {

using reference::as_complex;
using reference::Complex;
using reference::expect_close;
using reference::Inputs;
using reference::numbers;
using reference::pull_back;
using Complexes = std::vector<Complex>;

TEST(Mse, ForwardAndBackward) {
  for (int64_t count : {1, 2, 19, 300}) {
    Inputs inputs(count);
    const Tensor prediction = inputs.draw({count}), target = inputs.draw({count}), gradient = inputs.draw({count});
    EXPECT_NEAR(mse_forward(prediction, target), reference::mse(numbers(prediction), numbers(target)), 1e-5);
    mse_backward(gradient, prediction, target);
    const Complexes truth = as_complex(numbers(target));
    expect_close(
        gradient,
        pull_back([&](const Complexes& at) { return Complexes{reference::mse(at, truth)}; }, numbers(prediction), {1}),
        "d_prediction", 1e-6);
  }
}

TEST(Add, PassesTheGradientToBoth) {
  Inputs inputs(8);
  const Shape shape{2, 3, 37};
  const Tensor dy = inputs.draw(shape), da = inputs.draw(shape), db = inputs.draw(shape);
  std::vector<double> sum = numbers(db);
  for (int64_t i = 0; i < dy.count(); ++i) sum[i] += dy[i];
  add_backward(da, Into::kOverwrite, db, Into::kAdd, dy);
  expect_close(da, numbers(dy), "da");
  expect_close(db, sum, "db");
}

}  // namespace
}  // namespace lab
