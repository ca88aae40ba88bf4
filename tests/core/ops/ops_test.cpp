// Every op, forward and backward, against the oracle and its complex-step derivative, at awkward shapes.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "core/ops/add.h"
#include "core/ops/gelu.h"
#include "core/ops/layer_norm.h"
#include "core/ops/linear.h"
#include "core/ops/patches.h"
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

// `before` + `gradient`: what Into::kAdd must leave.
std::vector<double> added(Tensor before, const std::vector<double>& gradient) {
  std::vector<double> total = numbers(before);
  for (size_t i = 0; i < total.size(); ++i) total[i] += gradient[i];
  return total;
}

class Linear : public testing::TestWithParam<std::array<int64_t, 3>> {};  // rows, in, out

TEST_P(Linear, ForwardAndBackward) {
  const auto [rows, in, out] = GetParam();
  Inputs inputs(rows * 100 + in);
  const Tensor x = inputs.draw({rows, in}), w = inputs.draw({out, in}), b = inputs.draw({out});
  const Tensor y = inputs.zeros({rows, out}), dy = inputs.draw({rows, out});
  device_under_test().linear_forward(y, x, w, b, inputs.zeros({in, out}));
  expect_close(y, reference::linear(numbers(x), numbers(w), numbers(b)), "y");

  const Complexes cx = as_complex(numbers(x)), cw = as_complex(numbers(w)), cb = as_complex(numbers(b));
  const auto true_dx =
      pull_back([&](const Complexes& at) { return reference::linear(at, cw, cb); }, numbers(x), numbers(dy));
  const auto true_dw =
      pull_back([&](const Complexes& at) { return reference::linear(cx, at, cb); }, numbers(w), numbers(dy));
  const auto true_db =
      pull_back([&](const Complexes& at) { return reference::linear(cx, cw, at); }, numbers(b), numbers(dy));
  const Tensor dx = inputs.draw(x.shape), dw = inputs.draw(w.shape), db = inputs.draw(b.shape);
  device_under_test().linear_backward(dx, Into::kOverwrite, dw, db, Into::kOverwrite, dy, x, w);
  expect_close(dx, true_dx, "dx");
  expect_close(dw, true_dw, "dw");
  expect_close(db, true_db, "db");
  const auto sum_dx = added(dx, true_dx), sum_dw = added(dw, true_dw), sum_db = added(db, true_db);
  device_under_test().linear_backward(dx, Into::kAdd, dw, db, Into::kAdd, dy, x, w);
  expect_close(dx, sum_dx, "dx added to");
  expect_close(dw, sum_dw, "dw added to");
  expect_close(db, sum_db, "db added to");
}

INSTANTIATE_TEST_SUITE_P(Shapes, Linear,
                         testing::Values(std::array<int64_t, 3>{1, 1, 1}, std::array<int64_t, 3>{3, 1, 7},
                                         std::array<int64_t, 3>{2, 17, 1}, std::array<int64_t, 3>{5, 13, 9},
                                         std::array<int64_t, 3>{9, 8, 33}, std::array<int64_t, 3>{33, 16, 19},
                                         std::array<int64_t, 3>{130, 3, 35}, std::array<int64_t, 3>{259, 2, 2}));

TEST(LinearWithout, BiasAndInputGradient) {
  Inputs inputs(3);
  const Tensor x = inputs.draw({5, 6}), w = inputs.draw({7, 6}), dy = inputs.draw({5, 7});
  const Tensor y = inputs.zeros({5, 7}), dw = inputs.zeros(w.shape);
  device_under_test().linear_forward(y, x, w, {}, inputs.zeros({6, 7}));
  const std::vector<double> none(7);
  expect_close(y, reference::linear(numbers(x), numbers(w), none), "y");
  device_under_test().linear_backward({}, Into::kOverwrite, dw, {}, Into::kOverwrite, dy, x, w);
  const Complexes cx = as_complex(numbers(x)), cb = as_complex(none);
  expect_close(
      dw, pull_back([&](const Complexes& at) { return reference::linear(cx, at, cb); }, numbers(w), numbers(dy)), "dw");
}

TEST(LinearWithout, WeightGradients) {
  Inputs inputs(4);
  const Tensor x = inputs.draw({5, 6}), w = inputs.draw({7, 6}), b = inputs.draw({7}), dy = inputs.draw({5, 7});
  const Tensor dx = inputs.draw(x.shape), db = inputs.draw(b.shape);
  const std::vector<double> before = numbers(db);
  device_under_test().linear_backward(dx, Into::kOverwrite, {}, db, Into::kOverwrite, dy, x, w);
  const Complexes cw = as_complex(numbers(w)), cb = as_complex(numbers(b));
  expect_close(
      dx, pull_back([&](const Complexes& at) { return reference::linear(at, cw, cb); }, numbers(x), numbers(dy)), "dx");
  EXPECT_EQ(numbers(db), before) << "neither is wanted";
}

class LayerNorm : public testing::TestWithParam<std::array<int64_t, 2>> {};  // rows, width

TEST_P(LayerNorm, ForwardAndBackward) {
  const auto [rows, width] = GetParam();
  Inputs inputs(rows * 100 + width);
  const Tensor x = inputs.draw({rows, width}, 2, -3), w = inputs.draw({width}), b = inputs.draw({width});
  const Tensor y = inputs.zeros(x.shape), mean = inputs.zeros({rows}), rstd = inputs.zeros({rows});
  const Tensor partial = inputs.draw({kLayerNormTasks, 2, width}), dy = inputs.draw(x.shape);
  device_under_test().layer_norm_forward(y, mean, rstd, x, w, b, kLayerNormEpsilon);
  expect_close(y, reference::layer_norm(numbers(x), numbers(w), numbers(b), kLayerNormEpsilon), "y", 1e-5);

  const Complexes cx = as_complex(numbers(x)), cw = as_complex(numbers(w)), cb = as_complex(numbers(b));
  const auto norm = [](const Complexes& at, const Complexes& weight, const Complexes& bias) {
    return reference::layer_norm(at, weight, bias, kLayerNormEpsilon);
  };
  const auto true_dx = pull_back([&](const Complexes& at) { return norm(at, cw, cb); }, numbers(x), numbers(dy));
  const auto true_dw = pull_back([&](const Complexes& at) { return norm(cx, at, cb); }, numbers(w), numbers(dy));
  const auto true_db = pull_back([&](const Complexes& at) { return norm(cx, cw, at); }, numbers(b), numbers(dy));
  const Tensor dx = inputs.draw(x.shape), dw = inputs.draw(w.shape), db = inputs.draw(b.shape);
  device_under_test().layer_norm_backward(dx, Into::kOverwrite, dw, db, Into::kOverwrite, dy, x, mean, rstd, w,
                                          partial);
  expect_close(dx, true_dx, "dx", 2e-5);
  expect_close(dw, true_dw, "dw", 1e-5);
  expect_close(db, true_db, "db", 1e-5);
  const auto sum_dx = added(dx, true_dx), sum_dw = added(dw, true_dw), sum_db = added(db, true_db);
  device_under_test().layer_norm_backward(dx, Into::kAdd, dw, db, Into::kAdd, dy, x, mean, rstd, w, partial);
  expect_close(dx, sum_dx, "dx added to", 2e-5);
  expect_close(dw, sum_dw, "dw added to", 1e-5);
  expect_close(db, sum_db, "db added to", 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Shapes, LayerNorm,
                         testing::Values(std::array<int64_t, 2>{1, 1}, std::array<int64_t, 2>{1, 2},
                                         std::array<int64_t, 2>{3, 7}, std::array<int64_t, 2>{5, 16},
                                         std::array<int64_t, 2>{17, 33}, std::array<int64_t, 2>{40, 5}));

TEST(LayerNormOf, AConstantRowIsTheBias) {
  Inputs inputs(4);
  const Tensor x = inputs.zeros({1, 9}), w = inputs.draw({9}), b = inputs.draw({9});
  std::fill(x.begin(), x.end(), 1e4f);
  device_under_test().upload(x);
  const Tensor y = inputs.zeros(x.shape), mean = inputs.zeros({1}), rstd = inputs.zeros({1});
  device_under_test().layer_norm_forward(y, mean, rstd, x, w, b, kLayerNormEpsilon);
  EXPECT_EQ(numbers(y), numbers(b));
}

TEST(Gelu, ForwardAndBackwardFromTailToTail) {
  Inputs inputs(5);
  const Tensor x = inputs.zeros({1, 1603}), dy = inputs.draw(x.shape), y = inputs.zeros(x.shape);
  for (int i = 0; i < 1603; ++i) x[i] = static_cast<float>(i - 801) * 0.0125f;
  device_under_test().upload(x);
  device_under_test().gelu_forward(y, x);
  expect_close(y, reference::gelu(numbers(x)), "y", 1e-7);
  std::vector<double> gradient;
  for (int i = 0; i < 1603; ++i)
    gradient.push_back(pull_back([](const Complexes& at) { return reference::gelu(at); }, {x[i]}, {dy[i]})[0]);
  const Tensor dx = inputs.draw(x.shape);
  device_under_test().gelu_backward(dx, Into::kOverwrite, dy, x);
  expect_close(dx, gradient, "dx", 1e-7);
  const auto sum = added(dx, gradient);
  device_under_test().gelu_backward(dx, Into::kAdd, dy, x);
  expect_close(dx, sum, "dx added to", 1e-7);
}

TEST(Gelu, OfVeryLargeAndVerySmallNumbers) {
  Inputs inputs(6);
  const Tensor x = inputs.zeros({6}), y = inputs.zeros({6}), dx = inputs.zeros({6}), dy = inputs.zeros({6});
  std::copy_n(std::array{-1e30f, -50.0f, 0.0f, 1e-30f, 50.0f, 1e18f}.begin(), 6, x.begin());
  std::fill(dy.begin(), dy.end(), 1.0f);
  for (Tensor input : {x, dy}) device_under_test().upload(input);
  device_under_test().gelu_forward(y, x);
  device_under_test().gelu_backward(dx, Into::kOverwrite, dy, x);
  expect_close(y, {0, 0, 0, 0.5e-30, 50, 1e18}, "y");
  expect_close(dx, {0, 0, 0.5, 0.5, 1, 1}, "dx");
}

class CrossEntropy : public testing::TestWithParam<std::tuple<int64_t, int64_t, float>> {};  // rows, classes, smoothing

TEST_P(CrossEntropy, ForwardAndBackward) {
  const auto [rows, classes, smoothing] = GetParam();
  Inputs inputs(rows * 10 + classes);
  const Tensor logits = inputs.draw({rows, classes}, 4, -20);  // all-negative rows
  const std::vector<int> targets = inputs.classes(rows, classes);
  const Tensor probabilities = inputs.zeros(logits.shape), gradient = inputs.draw(logits.shape);
  const Tensor mean = inputs.zeros({1});
  device_under_test().cross_entropy_forward(mean, probabilities, logits, targets, smoothing);
  const double loss = numbers(mean)[0];
  const std::vector<double> shares = numbers(probabilities);
  EXPECT_NEAR(loss, reference::cross_entropy(numbers(logits), targets, smoothing), 1e-5 * std::max(1.0, loss));
  for (int64_t r = 0; r < rows; ++r) {
    const double total = std::accumulate(shares.begin() + r * classes, shares.begin() + (r + 1) * classes, 0.0);
    EXPECT_NEAR(total, 1, 1e-6);
  }
  device_under_test().cross_entropy_backward(gradient, probabilities, targets, smoothing);
  const auto f = [&](const Complexes& at) { return Complexes{reference::cross_entropy(at, targets, smoothing)}; };
  expect_close(gradient, pull_back(f, numbers(logits), {1}), "d_logits", 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Shapes, CrossEntropy,
                         testing::Combine(testing::Values(1, 3, 32), testing::Values(1, 2, 10, 37),
                                          testing::Values(0.0f, 0.1f, 1.0f)));

TEST(CrossEntropyOf, HugeLogitsStaysFinite) {
  Inputs inputs(7);
  const Tensor logits = inputs.zeros({2, 3}), probabilities = inputs.zeros({2, 3});
  std::copy_n(std::array{1e4f, -1e4f, 0.0f, -3e38f, -3e38f, 0.0f}.begin(), 6, logits.begin());
  device_under_test().upload(logits);
  const std::vector<int> targets{0, 2};
  const Tensor loss = inputs.zeros({1});
  device_under_test().cross_entropy_forward(loss, probabilities, logits, targets, 0);
  EXPECT_EQ(numbers(loss)[0], 0);
  expect_close(probabilities, {1, 0, 0, 0, 0, 1}, "probabilities");
}

TEST(Add, Sums) {
  Inputs inputs(8);
  const Shape shape{2, 3, 37};
  const Tensor a = inputs.draw(shape), b = inputs.draw(shape), y = inputs.zeros(shape);
  device_under_test().add_forward(y, a, b);
  expect_close(y, added(a, numbers(b)), "y");
}

class Patches : public testing::TestWithParam<std::array<int64_t, 4>> {};  // batch, height, width, side

TEST_P(Patches, AreCutRowByRow) {
  const auto [batch, height, width, side] = GetParam();
  Inputs inputs(9);
  const Tensor pixels = inputs.draw({batch, height, width});
  const Tensor patches = inputs.zeros({batch, height * width / (side * side), side * side});
  device_under_test().cut_patches(patches, pixels, static_cast<int>(side));
  EXPECT_EQ(numbers(patches), reference::cut_patches(numbers(pixels), height, width, side));
}

INSTANTIATE_TEST_SUITE_P(Shapes, Patches,
                         testing::Values(std::array<int64_t, 4>{1, 1, 1, 1}, std::array<int64_t, 4>{3, 4, 6, 2},
                                         std::array<int64_t, 4>{2, 28, 28, 4}, std::array<int64_t, 4>{1, 9, 3, 3},
                                         std::array<int64_t, 4>{2, 5, 5, 5}));

TEST(Tokens, ArePlacedAfterTheClassToken) {
  for (int64_t batch : {1, 3}) {
    Inputs inputs(10);
    const int64_t tokens = 6, width = 5;
    const Tensor embedded = inputs.draw({batch, tokens - 1, width}), start = inputs.draw({1, 1, width});
    const Tensor position = inputs.draw({1, tokens, width}), x = inputs.zeros({batch, tokens, width});
    const Tensor dx = inputs.draw(x.shape);
    device_under_test().place_tokens_forward(x, embedded, start, position);
    expect_close(x, reference::place_tokens(numbers(embedded), numbers(start), numbers(position)), "x");

    const Complexes ce = as_complex(numbers(embedded)), cs = as_complex(numbers(start)),
                    cp = as_complex(numbers(position));
    const auto place = [](const Complexes& e, const Complexes& s, const Complexes& p) {
      return reference::place_tokens(e, s, p);
    };
    const auto true_de =
        pull_back([&](const Complexes& at) { return place(at, cs, cp); }, numbers(embedded), numbers(dx));
    const auto true_ds = pull_back([&](const Complexes& at) { return place(ce, at, cp); }, numbers(start), numbers(dx));
    const auto true_dp =
        pull_back([&](const Complexes& at) { return place(ce, cs, at); }, numbers(position), numbers(dx));
    const Tensor de = inputs.draw(embedded.shape), ds = inputs.draw(start.shape), dp = inputs.draw(position.shape);
    device_under_test().place_tokens_backward(de, ds, dp, Into::kOverwrite, dx);
    expect_close(de, true_de, "d_embedded");
    expect_close(ds, true_ds, "d_class_token");
    expect_close(dp, true_dp, "d_position");
    const auto sum_ds = added(ds, true_ds), sum_dp = added(dp, true_dp);
    device_under_test().place_tokens_backward(de, ds, dp, Into::kAdd, dx);
    expect_close(de, true_de, "d_embedded again");
    expect_close(ds, sum_ds, "d_class_token added to");
    expect_close(dp, sum_dp, "d_position added to");
  }
}

TEST(Tokens, TheClassTokenIsReadAndOnlyItGetsAGradient) {
  Inputs inputs(11);
  const Tensor x = inputs.draw({3, 4, 5}), y = inputs.zeros({3, 5}), dy = inputs.draw({3, 5}),
               dx = inputs.draw(x.shape);
  device_under_test().class_token_forward(y, x);
  device_under_test().class_token_backward(dx, dy);
  for (Tensor result : {y, dx}) device_under_test().download(result);
  for (int64_t b = 0; b < 3; ++b)
    for (int64_t c = 0; c < 20; ++c) {
      if (c < 5) {
        EXPECT_EQ(y[b * 5 + c], x[b * 20 + c]);
      }
      EXPECT_EQ(dx[b * 20 + c], c < 5 ? dy[b * 5 + c] : 0);
    }
}

}  // namespace
}  // namespace lab
