// Attention rollout against plain loops and against what must hold of it.

#include "core/inspect/rollout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "tests/reference/tensors.h"

namespace lab {
namespace {

using reference::expect_close;

// Random weights whose rows sum to 1.
std::vector<float> weights_of(const Shape& shape, uint64_t seed) {
  reference::Inputs inputs(seed);
  const Tensor weights = inputs.zeros(shape);
  for (int64_t row = 0; row < shape.rows(); ++row) {
    float total = 0;
    for (int64_t j = 0; j < shape.columns(); ++j) total += weights[row * shape.columns() + j] = inputs.rng().uniform();
    for (int64_t j = 0; j < shape.columns(); ++j) weights[row * shape.columns() + j] /= total;
  }
  return {weights.begin(), weights.end()};
}

std::vector<double> numbers(const std::vector<float>& values) { return {values.begin(), values.end()}; }

// The paper's recursion as plain loops.
std::vector<double> plain(const std::vector<float>& weights, const Shape& shape, double residual) {
  const size_t layers = shape[0], heads = shape[1], n = shape[2];
  std::vector<double> rollout(n * n);
  for (size_t i = 0; i < n; ++i) rollout[i * n + i] = 1;
  for (size_t layer = 0; layer < layers; ++layer) {
    std::vector<double> next(n * n);
    for (size_t i = 0; i < n; ++i) {
      std::vector<double> row(n);
      double total = 0;
      for (size_t j = 0; j < n; ++j) {
        for (size_t h = 0; h < heads; ++h)
          row[j] += (1 - residual) * weights[((layer * heads + h) * n + i) * n + j] / heads;
        total += row[j] += i == j ? residual : 0;
      }
      for (size_t j = 0; j < n; ++j)
        for (size_t m = 0; m < n; ++m) next[i * n + m] += row[j] / total * rollout[j * n + m];
    }
    rollout = next;
  }
  return rollout;
}

TEST(Rollout, IsThePapersRecursion) {
  for (const Shape& shape : {Shape{1, 1, 1, 1}, Shape{1, 3, 5, 5}, Shape{2, 1, 7, 7}, Shape{4, 2, 33, 33}})
    for (float residual : {0.0f, 0.5f, 0.9f}) {
      const std::vector<float> weights = weights_of(shape, shape[2]);
      expect_close(numbers(attention_rollout(weights, shape, residual)), plain(weights, shape, residual), shape.text(),
                   1e-6);
    }
}

TEST(Rollout, RowsSumToOne) {
  const std::vector<float> rollout = attention_rollout(weights_of({6, 4, 50, 50}, 1), {6, 4, 50, 50});
  for (int i = 0; i < 50; ++i) EXPECT_NEAR(std::accumulate(&rollout[i * 50], &rollout[i * 50] + 50, 0.0), 1, 1e-5);
}

TEST(Rollout, OfNothingButTheResidualPathIsTheIdentity) {
  const std::vector<float> rollout = attention_rollout(weights_of({3, 2, 4, 4}, 2), {3, 2, 4, 4}, 1);
  for (int i = 0; i < 16; ++i) EXPECT_EQ(rollout[i], i % 5 == 0 ? 1 : 0);
}

TEST(Rollout, ARowWithoutKeysLooksNowhereButAtItself) {
  std::vector<float> weights = weights_of({2, 1, 3, 3}, 3);
  for (int layer = 0; layer < 2; ++layer) std::fill_n(weights.begin() + layer * 9 + 3, 3, 0.0f);
  const std::vector<float> rollout = attention_rollout(weights, {2, 1, 3, 3}),
                           bare = attention_rollout(weights, {2, 1, 3, 3}, 0);
  for (int j = 0; j < 3; ++j) {
    EXPECT_EQ(rollout[3 + j], j == 1 ? 1 : 0);
    EXPECT_EQ(bare[3 + j], 0);
  }
}

TEST(Rollout, RefusesWhatMakesNoSense) {
  const std::vector<float> weights(2 * 9);
  EXPECT_NO_THROW(attention_rollout(weights, {1, 2, 3, 3}));
  for (const Shape& bad : {Shape{1, 2, 3}, Shape{1, 1, 3, 6}, Shape{2, 2, 3, 3}, Shape{1, 0, 3, 3}, Shape{}})
    EXPECT_THROW(attention_rollout(weights, bad), Error) << bad.text();
  for (float bad : {-0.1f, 1.1f, std::numeric_limits<float>::quiet_NaN()})
    EXPECT_THROW(attention_rollout(weights, {1, 2, 3, 3}, bad), Error);
}

}  // namespace
}  // namespace lab
