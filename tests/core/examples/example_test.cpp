// The worked examples against a computation of their own: plain loops in double (tests/reference/ops.h), gradients by
// complex step.

#include "core/examples/example.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/examples/formula.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"
#include "tests/reference/tensors.h"

namespace lab {
namespace {

using reference::Complex;
using reference::expect_close;
using reference::Numbers;
using Inputs = std::vector<ExampleInput>;
using Steps = std::vector<ExampleStep>;

constexpr double kClose = 1e-6;

Numbers<double> values(const Inputs& inputs, std::string_view name) {
  for (const ExampleInput& input : inputs)
    if (input.name == name) return {input.values.begin(), input.values.end()};
  ADD_FAILURE() << "no input " << name;
  return {};
}

void set(Inputs& inputs, std::string_view name, std::vector<float> numbers) {
  for (ExampleInput& input : inputs)
    if (input.name == name) input.values = std::move(numbers);
}

ExampleTable table(const Steps& steps, std::string_view step) {
  for (const ExampleStep& candidate : steps)
    if (candidate.title.starts_with(step)) return candidate.tables.at(0);
  throw Error("There is no step {}.", step);
}

/// One column of the table of the step whose title begins so.
Numbers<double> column(const Steps& steps, std::string_view step, size_t index) {
  const ExampleTable found = table(steps, step);
  Numbers<double> numbers;
  for (size_t row = 0; row < found.rows.size(); ++row) numbers.push_back(found.at(row, index));
  return numbers;
}

Steps run(std::string_view name, const Inputs& inputs) { return work_out(find_example(name), inputs); }
Steps run(std::string_view name) { return run(name, find_example(name).inputs()); }

/// Every input somewhere else in its range.
Inputs other_inputs(std::string_view name, uint64_t seed) {
  Inputs inputs = find_example(name).inputs();
  reference::Inputs random(seed);
  for (ExampleInput& input : inputs)
    for (float& value : input.values)
      value = input.whole ? 2 : input.low == 0 ? 0.3f : std::round(100 * random.draw({1}).data[0]) / 100;
  return inputs;
}

TEST(Examples, TablesHaveTheShapesTheySay) {
  for (const Example& example : examples()) {
    SCOPED_TRACE(example.name);
    for (const ExampleInput& input : example.inputs())
      EXPECT_EQ(input.values.size(), std::max<size_t>(input.rows.size(), 1) * input.columns) << input.name;
    for (const ExampleStep& step : run(example.name)) {
      EXPECT_FALSE(step.title.empty() || step.sentence.empty());
      EXPECT_FALSE(step.formulas.empty()) << step.title;
      for (const ExampleTable& found : step.tables)
        EXPECT_EQ(found.numbers.size(), found.rows.size() * found.columns.size()) << step.title;
    }
  }
}

TEST(Examples, CosinesAreTheKnownOnesAndNotThePrinted) {
  const Steps steps = run("cosine");
  expect_close(column(steps, "Cosine similarity", 0), {0.84, 0.98, 1.00}, "cosines", 0.005);
  expect_close(column(steps, "Cosine similarity", 1), {0.44, 0.53, 0.30}, "printed", 0);
  const ExampleTable readings = table(steps, "Why");
  for (size_t reading = 0; reading < 4; ++reading)  // no way of matching them gives what is printed
    for (size_t key = 0; key < 3; ++key) EXPECT_GT(std::abs(readings.at(key, reading) - readings.at(key, 4)), 0.05);
}

Numbers<double> cosines(const Inputs& inputs) {
  const Numbers<double> q = values(inputs, "query"), k = values(inputs, "keys");
  Numbers<double> result;
  for (int j = 0; j < 3; ++j)
    result.push_back((q[0] * k[2 * j] + q[1] * k[2 * j + 1]) /
                     (std::hypot(q[0], q[1]) * std::hypot(k[2 * j], k[2 * j + 1])));
  return result;
}

TEST(Examples, CosineAllocationAgreesWithDoubles) {
  for (const uint64_t seed : {0, 1, 2, 3}) {
    const Inputs inputs = seed == 0 ? find_example("cosine").inputs() : other_inputs("cosine", seed);
    const Steps steps = run("cosine", inputs);
    const Numbers<double> weights = reference::softmax(cosines(inputs)), v = values(inputs, "values");
    expect_close(column(steps, "Cosine similarity", 0), cosines(inputs), "cosines", kClose);
    expect_close(column(steps, "Softmax", 0), weights, "weights", kClose);
    Numbers<double> mixed(2);
    for (int j = 0; j < 3; ++j)
      for (int d = 0; d < 2; ++d) mixed[d] += weights[j] * v[2 * j + d];
    expect_close(column(steps, "The mixed value", 0), mixed, "mixed", kClose);
  }
}

TEST(Examples, PrintedCosinesStandOnlyBesideTheArticlesOwnNumbers) {
  Inputs inputs = find_example("cosine").inputs();
  EXPECT_EQ(table(run("cosine", inputs), "Softmax").columns.size(), 2u);
  inputs[1].values[0] = 0.6f;
  const Steps steps = run("cosine", inputs);
  EXPECT_EQ(table(steps, "Softmax").columns.size(), 1u);
  EXPECT_THROW(table(steps, "Why"), Error);
}

/// The five points once more, in any number type: parameters W [2, 2], wₐ [2], bₐ → the loss.
template <class T>
T points_loss(const Numbers<T>& parameters, const Numbers<double>& points, const Numbers<double>& target, bool additive,
              Numbers<T>* all_weights = nullptr) {
  const auto hidden = [&](int i, int row) {
    return parameters[2 * row] * T(points[2 * i]) + parameters[2 * row + 1] * T(points[2 * i + 1]);
  };
  Numbers<T> out(10), wanted(target.begin(), target.end());
  for (int i = 0; i < 5; ++i) {
    Numbers<T> scores(5);
    for (int j = 0; j < 5; ++j) {
      if (additive) scores[j] = parameters[6];
      for (int d = 0; d < 2; ++d)
        scores[j] += additive ? parameters[4 + d] * std::tanh(hidden(i, d) + hidden(j, d))
                              : hidden(i, d) * hidden(j, d) / T(std::sqrt(2.0));
    }
    const Numbers<T> weights = reference::softmax(scores);
    for (int j = 0; j < 5; ++j)
      for (int d = 0; d < 2; ++d) out[2 * i + d] += weights[j] * T(points[2 * j + d]);
    if (all_weights) all_weights->insert(all_weights->end(), weights.begin(), weights.end());
  }
  return reference::mse(out, wanted);
}

void check_points(std::string_view name, const Inputs& inputs) {
  const bool additive = name == "points-additive";
  const Numbers<double> points = values(inputs, "points"), target = values(inputs, "target");
  Numbers<double> parameters = values(inputs, "W");
  if (additive)
    for (const char* more : {"wa", "ba"})
      for (const double value : values(inputs, more)) parameters.push_back(value);
  const Steps steps = run(name, inputs);

  Numbers<double> weights;
  const double before = points_loss(parameters, points, target, additive, &weights);
  expect_close(table(steps, "Softmax").numbers, weights, "weights", kClose);
  const auto loss = [&](const Numbers<Complex>& at) {
    return Numbers<Complex>{points_loss(at, points, target, additive)};
  };
  const Numbers<double> gradient = reference::pull_back(loss, parameters, {1});
  expect_close(column(steps, "The gradient", 5), gradient, "gradient", kClose);
  Numbers<double> shares(gradient.size());
  for (size_t point = 0; point < 5; ++point)
    for (size_t p = 0; p < shares.size(); ++p) shares[p] += column(steps, "The gradient", point)[p];
  expect_close(shares, gradient, "the points' shares", kClose);

  const double rate = values(inputs, "rate")[0];
  for (size_t p = 0; p < parameters.size(); ++p) parameters[p] -= rate * gradient[p];
  expect_close(column(steps, "One step", 2), parameters, "updated", kClose);
  const double after = points_loss(parameters, points, target, additive);
  expect_close(table(steps, "The loss after").numbers, {before, after, after - before}, "losses", kClose);
}

TEST(Examples, FivePointsAgreeWithDoublesAndComplexStep) {
  for (const char* name : {"points-dot", "points-additive"}) {
    SCOPED_TRACE(name);
    check_points(name, find_example(name).inputs());
    for (const uint64_t seed : {1, 2, 3}) check_points(name, other_inputs(name, seed));
  }
}

TEST(Examples, OneStepLowersTheLossOfTheArticlesNumbers) {
  for (const char* name : {"points-dot", "points-additive"}) {
    const ExampleTable losses = table(run(name), "The loss after");
    EXPECT_LT(losses.at(0, 1), losses.at(0, 0)) << name;
  }
}

TEST(Examples, BackFromTheLossEachRowAddsUpToNothing) {
  const ExampleTable d_scores = table(run("points-additive"), "Back from");
  for (size_t i = 0; i < 5; ++i) {
    double total = 0;
    for (size_t j = 0; j < 5; ++j) total += d_scores.at(i, j);
    EXPECT_NEAR(total, 0, 1e-7);
  }
}

TEST(Examples, NextWordAgreesWithDoubles) {
  for (const uint64_t seed : {0, 1, 2, 3}) {
    const Inputs inputs = seed == 0 ? find_example("next-word").inputs() : other_inputs("next-word", seed);
    const Numbers<double> words = values(inputs, "words"), candidates = values(inputs, "candidates");
    const Numbers<double> query(words.end() - 3, words.end());
    const auto attended = reference::attention(query, words, words, 3, 1.0, [](int, int) { return true; });
    const Numbers<double> logits = reference::linear(attended.out, candidates, Numbers<double>(4));
    const int next = static_cast<int>(values(inputs, "next")[0]) - 1;
    const Steps steps = run("next-word", inputs);
    expect_close(column(steps, "Softmax", 0), attended.weights, "weights", kClose);
    expect_close(column(steps, "The mixed", 0), attended.out, "mixed", kClose);
    expect_close(column(steps, "Logits", 0), logits, "logits", kClose);
    expect_close(column(steps, "Probabilities", 0), reference::softmax(logits), "probabilities", kClose);
    expect_close(column(steps, "The loss", 0), {reference::cross_entropy(logits, std::array{next}, 0)}, "loss", kClose);
  }
}

TEST(Examples, RefuseWhatHasNoAnswer) {
  const auto refused = [](std::string_view name, std::string_view input, std::vector<float> numbers) {
    Inputs inputs = find_example(name).inputs();
    set(inputs, input, std::move(numbers));
    EXPECT_THROW(run(name, inputs), Error) << name << " " << input;
  };
  refused("cosine", "query", {0, 0, 0.3f});       // no direction
  refused("cosine", "keys", {1, 0, 0, 0, 0, 1});  // the second key
  refused("cosine", "query", {NAN, 0.2f, 0.3f});
  refused("cosine", "query", {INFINITY, 0.2f, 0.3f});
  refused("cosine", "query", {0.1f, 0.2f});
  refused("points-dot", "rate", {-1});
  refused("points-dot", "shown", {1.5f});
  refused("points-additive", "shown", {6});
  EXPECT_THROW(run("cosine", Inputs{}), Error);
  EXPECT_THROW(find_example("sine"), Error);
}

TEST(Examples, StayNumbersAtTheEndsOfTheirRanges) {
  for (const Example& example : examples())
    for (const bool low : {true, false}) {
      Inputs inputs = example.inputs();
      for (ExampleInput& input : inputs)
        for (float& value : input.values) value = low ? input.low : input.high;
      for (const ExampleStep& step : work_out(example, inputs)) {
        for (const std::string& formula : step.formulas)
          EXPECT_EQ(formula.find("nan"), formula.npos) << example.name << ": " << formula;
        for (const ExampleTable& found : step.tables)
          for (const double number : found.numbers) EXPECT_TRUE(std::isfinite(number)) << step.title;
      }
    }
}

TEST(Formula, WritesNumbersAsOneDoes) {
  EXPECT_EQ(figure(-0.25), "−0.25");
  EXPECT_EQ(figure(-0.0), "0");
  EXPECT_EQ(factor(-2), "(−2)");
  EXPECT_EQ(fixed(-0.00001, 4), "0.0000");
  EXPECT_EQ(fixed(-1.5, 2), "−1.50");
  EXPECT_EQ(dot_text(std::array{1.0f, -2.0f}, std::array{0.5f, 3.0f}), "1·0.5 + (−2)·3");
  EXPECT_EQ(indexed("s", 1, 12), "s₁₁₂");
}

}  // namespace
}  // namespace lab
