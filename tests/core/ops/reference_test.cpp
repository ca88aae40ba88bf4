// Who watches the watchman: the oracle against closed forms, and its complex-step derivatives against
// central differences in double.

#include "tests/reference/ops.h"

#include <gtest/gtest.h>

#include "tests/reference/complex_step.h"
#include "tests/reference/tensors.h"

namespace lab::reference {
namespace {

using Doubles = std::vector<double>;
using Complexes = std::vector<Complex>;

TEST(Reference, ErfIsTheStandardLibrarys) {
  for (double x = -7; x <= 7; x += 0.01) EXPECT_NEAR(reference::erf(x), std::erf(x), 4e-15) << x;
}

TEST(Reference, SoftmaxIsAShareAndSkipsWhatDoesNotExist) {
  const Doubles row = softmax(Doubles{1000, 999, -INFINITY});
  EXPECT_NEAR(row[0], 1 / (1 + std::exp(-1)), 1e-15);
  EXPECT_NEAR(row[0] + row[1], 1, 1e-15);
  EXPECT_EQ(row[2], 0);
  EXPECT_EQ(softmax(Doubles{-INFINITY, -INFINITY}), (Doubles{0, 0}));
}

TEST(Reference, ComplexStepKnowsPowersAndSquareRoots) {
  const auto f = [](const Complexes& x) { return Complexes{x[0] * x[0] * x[0], std::sqrt(x[0]) * x[1]}; };
  const Doubles gradient = pull_back(f, {4, 3}, {1, 10});
  EXPECT_NEAR(gradient[0], 48 + 10 * 3 / 4.0, 1e-13);
  EXPECT_NEAR(gradient[1], 20, 1e-13);
}

// The same function by central differences, good to about 1e-9.
template <class Function>
void expect_true_gradient(const std::string& what, const Function& f, Doubles x, uint64_t seed) {
  Inputs inputs(seed);
  const Doubles dy = numbers(inputs.draw({static_cast<int64_t>(f(as_complex(x)).size())}));
  const Doubles gradient = pull_back(f, x, dy);
  constexpr double kStep = 1e-5;
  const auto weighted = [&](const Doubles& at) {
    double total = 0;
    const Complexes y = f(as_complex(at));
    for (size_t n = 0; n < y.size(); ++n) total += dy[n] * y[n].real();
    return total;
  };
  for (size_t i = 0; i < x.size(); ++i) {
    Doubles above = x, below = x;
    above[i] += kStep;
    below[i] -= kStep;
    EXPECT_NEAR(gradient[i], (weighted(above) - weighted(below)) / (2 * kStep), 1e-7) << what << " " << i;
  }
}

TEST(Reference, ComplexStepAgreesWithCentralDifferences) {
  Inputs inputs(1);
  const auto draw = [&](int64_t count) { return numbers(inputs.draw({count})); };
  const Complexes w = as_complex(draw(6)), b = as_complex(draw(2)), scale = as_complex(draw(3));
  const std::vector<int> targets{2, 0};
  expect_true_gradient(
      "linear", [&](const Complexes& x) { return linear(x, w, b); }, draw(6), 1);
  expect_true_gradient(
      "layer_norm", [&](const Complexes& x) { return layer_norm(x, scale, scale, 1e-5); }, draw(6), 2);
  expect_true_gradient(
      "gelu", [&](const Complexes& x) { return gelu(x); }, draw(9), 3);
  expect_true_gradient(
      "cross_entropy", [&](const Complexes& x) { return Complexes{cross_entropy(x, targets, 0.1)}; }, draw(6), 4);
  expect_true_gradient(
      "mse", [&](const Complexes& x) { return Complexes{mse(x, w)}; }, draw(6), 5);
  const auto causal = [](int i, int j) { return j <= i; };
  expect_true_gradient(
      "attention", [&](const Complexes& x) { return attention(x, x, x, 2, 0.7, causal).out; }, draw(8), 6);
  expect_true_gradient(
      "linear_attention", [&](const Complexes& x) { return linear_attention(x, x, x, 2, causal).out; }, draw(8), 7);
}

}  // namespace
}  // namespace lab::reference
