// Token embedding against the oracle and its derivative: repeated and absent tokens, awkward sizes.

#include "core/ops/embedding.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"
#include "tests/reference/tensors.h"

namespace lab {
namespace {

using reference::as_complex;
using reference::expect_close;
using reference::numbers;
using Complexes = std::vector<reference::Complex>;

class Embedding : public testing::TestWithParam<std::array<int64_t, 4>> {};  // batch, tokens, vocabulary, width

TEST_P(Embedding, ForwardAndBackward) {
  const auto [batch, places, vocabulary, width] = GetParam();
  reference::Inputs inputs(batch * 100 + width);
  const std::vector<int> tokens = inputs.classes(batch * places, vocabulary);
  const Tensor table = inputs.draw({vocabulary, width}), position = inputs.draw({1, places, width});
  const Tensor x = inputs.draw({batch, places, width}), dx = inputs.draw(x.shape);
  device_under_test().embed_forward(x, tokens, table, position);
  expect_close(x, reference::embed(tokens, numbers(table), numbers(position), width), "x", 1e-7);

  const Complexes ct = as_complex(numbers(table)), cp = as_complex(numbers(position));
  const auto embed = [&, width = width](const Complexes& t, const Complexes& p) {
    return reference::embed(tokens, t, p, width);
  };
  auto true_table =
      reference::pull_back([&](const Complexes& at) { return embed(at, cp); }, numbers(table), numbers(dx));
  auto true_position =
      reference::pull_back([&](const Complexes& at) { return embed(ct, at); }, numbers(position), numbers(dx));
  const Tensor d_table = inputs.draw(table.shape), d_position = inputs.draw(position.shape);
  device_under_test().embed_backward(d_table, d_position, Into::kOverwrite, dx, tokens);
  expect_close(d_table, true_table, "d_table");
  expect_close(d_position, true_position, "d_position");
  device_under_test().embed_backward(d_table, d_position, Into::kAdd, dx, tokens);
  for (std::vector<double>* gradient : {&true_table, &true_position})
    for (double& value : *gradient) value *= 2;
  expect_close(d_table, true_table, "d_table added to");
  expect_close(d_position, true_position, "d_position added to");
}

INSTANTIATE_TEST_SUITE_P(Shapes, Embedding,
                         testing::Values(std::array<int64_t, 4>{1, 1, 1, 1}, std::array<int64_t, 4>{3, 5, 2, 7},
                                         std::array<int64_t, 4>{2, 9, 40, 33}, std::array<int64_t, 4>{1, 70, 3, 16},
                                         std::array<int64_t, 4>{8, 11, 1, 35}));

TEST(EmbeddingOf, TokensThatDoNotOccurGetNoGradient) {
  reference::Inputs inputs(1);
  const std::vector<int> tokens{2, 0, 2};
  const Tensor d_table = inputs.draw({4, 3}), d_position = inputs.draw({1, 3, 3}), dx = inputs.draw({1, 3, 3});
  device_under_test().embed_backward(d_table, d_position, Into::kOverwrite, dx, tokens);
  device_under_test().download(d_table);
  for (int c = 0; c < 3; ++c) {
    EXPECT_EQ(d_table[3 + c], 0);
    EXPECT_EQ(d_table[9 + c], 0);
    EXPECT_EQ(d_table[c], dx[3 + c]);
    EXPECT_EQ(d_table[6 + c], dx[c] + dx[6 + c]);
  }
}

}  // namespace
}  // namespace lab
