// The five-point allocation example: the steps, with either score.

#include <fmt/format.h>

#include <cmath>

#include "core/examples/example_list.h"
#include "core/examples/formula.h"
#include "core/examples/points.h"
#include "core/train/optimiser.h"

namespace lab {

namespace {

constexpr const char* kParameters[] = {"W₁₁", "W₁₂", "W₂₁", "W₂₂", "wₐ₁", "wₐ₂", "bₐ"};

struct Walk {
  const Points& points;
  const PointsScore& score;
  const PointsPass& pass;
  int i = points.shown;  // the query that is spelled out

  std::string name(const char* letter) const { return indexed(letter, i + 1); }
};

ExampleTable pair_table(std::string title, const auto& number, int decimals, bool shares) {
  ExampleTable table = {std::move(title), numbered("point", kPoints), numbered("to", kPoints), {}, decimals, shares};
  for (int i = 0; i < kPoints; ++i)
    for (int j = 0; j < kPoints; ++j) table.numbers.push_back(number(i, j));
  return table;
}

ExampleTable vector_table(std::string title, const char* letter, Tensor rows) {
  return {std::move(title),
          numbered("point", kPoints),
          {indexed(letter, 1), indexed(letter, 2)},
          {rows.begin(), rows.end()}};
}

ExampleStep project_step(const Walk& walk) {
  const auto x = row_of(walk.pass.x, walk.i);
  const std::span<const float> w = walk.pass.parameters;
  return {"Queries and keys",
          "W turns each point into its query; the same W makes its key, so query and key of a point are alike.",
          {fmt::format("{} = {} = W·{} = ({}, {}) = {}", walk.name("q"), walk.name("k"), walk.name("x"),
                       dot_text(w.subspan(0, 2), x), dot_text(w.subspan(2, 2), x),
                       vector_text(row_of(walk.pass.h, walk.i)))},
          {vector_table("q = k", "q", walk.pass.h)}};
}

ExampleStep score_step(const Walk& walk) {
  ExampleStep step = {"Scores", std::string(walk.score.about), {std::string(walk.score.formula)}, {}};
  for (int j = 0; j < kPoints; ++j)
    step.formulas.push_back(fmt::format("{} = {} = {}", indexed("s", walk.i + 1, j + 1),
                                        walk.score.spelled(walk.pass, walk.i, j),
                                        figure(walk.score.score(walk.pass, walk.i, j))));
  step.tables.push_back(pair_table(
      "s", [&](int i, int j) { return walk.score.score(walk.pass, i, j); }, 4, false));
  return step;
}

ExampleStep softmax_step(const Walk& walk) {
  const Tensor weights = walk.pass.head->weights;
  std::vector<double> scores;
  for (int j = 0; j < kPoints; ++j) scores.push_back(walk.score.score(walk.pass, walk.i, j));
  return {"Softmax: the allocation",
          "Each score becomes exp(score), shared out so that every row adds up to 1: how a point allocates its "
          "attention to the five.",
          softmax_text(walk.name("a"), scores, row_of(weights, walk.i)),
          {pair_table(
              "a", [&](int i, int j) { return row_of(weights, i)[j]; }, 4, true)}};
}

std::vector<float> column_of(Tensor matrix, int column) {
  std::vector<float> numbers;
  for (int row = 0; row < matrix.shape[0]; ++row) numbers.push_back(row_of(matrix, row)[column]);
  return numbers;
}

ExampleStep mix_step(const Walk& walk) {
  const SmallAttention& head = *walk.pass.head;
  ExampleStep step = {"The mixed output",
                      "A point's output is the sum of all points, each times its weight.",
                      {},
                      {vector_table("o", "o", head.out)}};
  for (int d = 0; d < kPointWidth; ++d)
    step.formulas.push_back(fmt::format("{} = {} = {}", indexed("o", walk.i + 1, d + 1),
                                        dot_text(row_of(head.weights, walk.i), column_of(walk.pass.x, d)),
                                        figure(row_of(head.out, walk.i)[d])));
  return step;
}

ExampleStep loss_step(const Walk& walk) {
  const Tensor out = walk.pass.head->out;
  std::string terms;
  ExampleTable table = {"o − t", numbered("point", kPoints), {"o − t, 1", "o − t, 2"}, {}};
  for (int64_t n = 0; n < out.count(); ++n) {
    const double difference = double{out[n]} - walk.pass.target[n];
    terms += (n > 0 ? " + " : "") + factor(difference) + "²";
    table.numbers.push_back(difference);
  }
  return {"The loss",
          "The mean squared error (MSE): every output minus its target t, squared, and the mean of all ten.",
          {fmt::format("L = ({}) / 10 = {}", terms, fixed(walk.pass.loss, 6))},
          {table}};
}

ExampleStep backward_step(const Walk& walk) {
  const PointsPass& pass = walk.pass;
  const auto weights = row_of(pass.head->weights, walk.i);
  ExampleStep step = {
      "Back from the loss to the scores",
      "The chain rule, one link at a time: how the loss moves with an output, then with a weight, then "
      "with a score. Through the softmax a weight can only grow at the cost of the others, so each row "
      "adds up to 0.",
      {fmt::format("∂L/∂{} = 2·(o − t) / 10 = {}", walk.name("o"), vector_text(row_of(pass.d_out, walk.i)))},
      {pair_table(
          "∂L/∂s", [&](int i, int j) { return pass.d_score(i, j); }, 5, false)}};
  std::vector<float> d_weights;
  for (int j = 0; j < kPoints; ++j) {
    d_weights.push_back(static_cast<float>(pass.d_weight(walk.i, j)));
    step.formulas.push_back(fmt::format("∂L/∂{} = ∂L/∂{}·{} = {} = {}", indexed("a", walk.i + 1, j + 1), walk.name("o"),
                                        indexed("x", j + 1), dot_text(row_of(pass.d_out, walk.i), row_of(pass.x, j)),
                                        figure(d_weights[j])));
  }
  const double mean = dot(weights, d_weights);
  step.formulas.push_back(fmt::format("their mean by weight: {} = {}", dot_text(weights, d_weights), figure(mean)));
  for (int j = 0; j < kPoints; ++j)
    step.formulas.push_back(fmt::format("∂L/∂{} = {} · ({} − {}) = {}", indexed("s", walk.i + 1, j + 1),
                                        figure(weights[j]), figure(d_weights[j]), factor(mean),
                                        figure(pass.d_score(walk.i, j))));
  return step;
}

// One parameter's gradient: the spelled-out point's share, and the sum of all shares.
std::vector<std::string> gradient_text(const Walk& walk, int parameter) {
  std::vector<float> d_scores, slopes;
  std::vector<double> shares;
  for (int j = 0; j < kPoints; ++j) {
    d_scores.push_back(static_cast<float>(walk.pass.d_score(walk.i, j)));
    slopes.push_back(static_cast<float>(walk.score.derivative(walk.pass, walk.i, j, parameter)));
    shares.push_back(walk.pass.share(walk.score, j, parameter));
  }
  return {
      fmt::format("point {}'s share of ∂L/∂{} = {} = {}", walk.i + 1, kParameters[parameter],
                  dot_text(d_scores, slopes), figure(shares[walk.i])),
      fmt::format("∂L/∂{} = {} = {}", kParameters[parameter], sum_text(shares), figure(walk.pass.gradient[parameter]))};
}

ExampleStep gradient_step(const Walk& walk) {
  std::vector<std::string> columns = numbered("point", kPoints);
  columns.push_back("gradient");
  ExampleStep step = {"The gradient of what is learned",
                      "Every score hands on its share. The columns show what each point, as the query, adds; the last "
                      "is their sum.",
                      {"∂L/∂W = ∑ᵢ ∑ⱼ ∂L/∂sᵢⱼ · ∂sᵢⱼ/∂W", std::string(walk.score.slope)},
                      {{"∂L/∂", {}, columns, {}, 5}}};
  for (std::string& line : gradient_text(walk, 0)) step.formulas.push_back(std::move(line));
  ExampleTable& table = step.tables[0];
  for (int p = 0; p < walk.score.parameters; ++p) {
    table.rows.push_back(kParameters[p]);
    for (int i = 0; i < kPoints; ++i) table.numbers.push_back(walk.pass.share(walk.score, i, p));
    table.numbers.push_back(walk.pass.gradient[p]);
  }
  const auto w = walk.pass.parameters;
  if (w[0] == w[2] && w[1] == w[3] && (walk.score.parameters == 4 || w[4] == w[5]))
    step.sentence +=
        " The two rows of W start alike, so they get the same gradient and stay alike: this is why models "
        "start from random numbers.";
  if (walk.score.parameters == 7)
    step.sentence +=
        " bₐ raises all scores alike, and softmax sees only their differences: its gradient is 0, and it "
        "never learns.";
  return step;
}

std::vector<float> updated(const Walk& walk) {
  const size_t count = walk.score.parameters;
  std::vector<float> values(walk.pass.parameters.begin(), walk.pass.parameters.end());
  std::array gradient = walk.pass.gradient;
  OptimiserSettings settings;
  settings.kind = "sgd";
  settings.momentum = 0;
  Optimiser(count).step(settings, walk.points.learning_rate, std::span(values).first(count),
                        std::span(gradient).first(count));
  return values;
}

ExampleStep update_step(const Walk& walk, std::span<const float> after) {
  ExampleStep step = {"One step of gradient descent",
                      "Each number moves against its gradient, by the learning rate times the gradient.",
                      {},
                      {{"", {}, {"before", "gradient", "after"}, {}, 6}}};
  for (int p = 0; p < walk.score.parameters; ++p) {
    const double before = walk.pass.parameters[p], gradient = walk.pass.gradient[p];
    step.formulas.push_back(fmt::format("{} = {} − {} · {} = {}", kParameters[p], figure(before),
                                        figure(walk.points.learning_rate), bracketed(fixed(gradient, 6)),
                                        fixed(after[p], 6)));
    step.tables[0].rows.push_back(kParameters[p]);
    for (const double number : {before, gradient, double{after[p]}}) step.tables[0].numbers.push_back(number);
  }
  return step;
}

ExampleStep after_step(const Walk& walk, float after) {
  const float before = walk.pass.loss;
  const char* verdict = after < before   ? "It fell: with these weights the points come nearer to their targets."
                        : after > before ? "It rose: the step was too long; try a smaller learning rate."
                                         : "It did not move: there was nothing to learn, or the rate is 0.";
  return {"The loss after the step",
          fmt::format("The whole computation again, with the new weights. {}", verdict),
          {fmt::format("L: {} → {}", fixed(before, 6), fixed(after, 6))},
          {{"", {"loss"}, {"before", "after", "change"}, {before, after, double{after} - before}, 6}}};
}

Points read_points(std::span<const ExampleInput> inputs, const PointsScore& score) {
  Points points{.points = inputs[0].values, .target = inputs[1].values, .parameters = {}};
  size_t next = 0;
  for (const ExampleInput& input : inputs.subspan(2, score.parameters == 7 ? 3 : 1))
    for (const float value : input.values) points.parameters[next++] = value;
  points.learning_rate = inputs[inputs.size() - 2].values[0];
  points.shown = static_cast<int>(inputs.back().values[0]) - 1;
  return points;
}

std::vector<ExampleInput> points_inputs(const PointsScore& score) {
  const std::vector<float> points = {1, 0, 0, 1, 1, 1, 0, 0, 1, -1};
  std::vector<ExampleInput> inputs = {
      {"points", "Points", numbered("point", kPoints), kPointWidth, points},
      {"target", "Target: what should come out", numbered("point", kPoints), kPointWidth, points},
      {"W", "W", {"row 1", "row 2"}, kPointWidth, {0.5f, 0.5f, 0.5f, 0.5f}}};
  if (score.parameters == 7) {
    inputs.push_back({"wa", "wₐ", {}, kPointWidth, {0.5f, 0.5f}});
    inputs.push_back({"ba", "bₐ", {}, 1, {0.5f}});
  }
  inputs.push_back({"rate", "Learning rate", {}, 1, {0.1f}, 0, 10});
  inputs.push_back({"shown", "Spelled out: point", {}, 1, {1}, 1, kPoints, true});
  return inputs;
}

std::vector<ExampleStep> points_steps(std::span<const ExampleInput> inputs, const PointsScore& score) {
  Arena arena;
  const Points points = read_points(inputs, score);
  const PointsPass pass(points, score, points.parameters, arena);
  const Walk walk = {points, score, pass};
  const std::vector<float> after = updated(walk);
  const PointsPass again(points, score, after, arena);
  return {project_step(walk),  score_step(walk),         softmax_step(walk),
          mix_step(walk),      loss_step(walk),          backward_step(walk),
          gradient_step(walk), update_step(walk, after), after_step(walk, again.loss)};
}

}  // namespace

std::vector<ExampleInput> dot_points_inputs() { return points_inputs(dot_points_score()); }
std::vector<ExampleStep> dot_points_steps(std::span<const ExampleInput> inputs) {
  return points_steps(inputs, dot_points_score());
}
std::vector<ExampleInput> additive_points_inputs() { return points_inputs(additive_points_score()); }
std::vector<ExampleStep> additive_points_steps(std::span<const ExampleInput> inputs) {
  return points_steps(inputs, additive_points_score());
}

}  // namespace lab
