// Cosine allocation: weights by the softmax of the angles' cosines; and why an article's printed cosines are wrong.

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/base/error.h"
#include "core/examples/example_list.h"
#include "core/examples/formula.h"
#include "core/examples/small_attention.h"

namespace lab {

namespace {

constexpr int kKeys = 3, kWidth = 2;
constexpr std::array kPrinted = {0.44, 0.53, 0.30};  // the article's cosines

struct Problem {
  std::span<const float> query;  // [3]
  std::array<std::span<const float>, kKeys> keys;
  std::span<const float> compared;  // the query's numbers that have a partner
  std::span<const float> values;    // [3, 2]
  bool as_printed = false;          // the article's own query and keys
};

Problem read(std::span<const ExampleInput> inputs) {
  Problem p;
  p.query = inputs[0].values;
  p.compared = p.query.first(kWidth);
  for (int j = 0; j < kKeys; ++j) p.keys[j] = std::span(inputs[1].values).subspan(j * kWidth, kWidth);
  p.values = inputs[2].values;
  const auto article = cosine_inputs();
  p.as_printed = inputs[0].values == article[0].values && inputs[1].values == article[1].values;
  if (norm(p.compared) == 0)
    throw Error(
        "The query's first two numbers are both 0: a vector without length has no direction, so there is no "
        "cosine; change one of them.");
  for (int j = 0; j < kKeys; ++j)
    if (norm(p.keys[j]) == 0)
      throw Error(
          "Key {} is all zeros: a vector without length has no direction, so there is no cosine; change one of "
          "its numbers.",
          j + 1);
  return p;
}

double cosine(std::span<const float> a, std::span<const float> b) { return dot(a, b) / (norm(a) * norm(b)); }

// A column for what the article prints, where its inputs are used.
void add_printed(const Problem& p, ExampleTable& table, std::string name, std::span<const double> printed) {
  if (!p.as_printed) return;
  const size_t before = table.columns.size();
  table.columns.push_back(std::move(name));
  for (size_t row = table.rows.size(); row-- > 0;)
    table.numbers.insert(table.numbers.begin() + static_cast<std::ptrdiff_t>((row + 1) * before), printed[row]);
}

ExampleStep match_step(const Problem& p) {
  return {"Match the components",
          "A cosine compares number with number. The query has three and each key two, so the query's third number has "
          "no partner and is left out.",
          {fmt::format("q = {}  →  {}", vector_text(p.query), vector_text(p.compared))},
          {}};
}

ExampleStep length_step(const Problem& p) {
  ExampleStep step = {"Dot products and lengths",
                      "The dot product multiplies matching numbers and adds them up. The length (norm) of a vector is "
                      "the root of its dot product with itself.",
                      {},
                      {{"", numbered("key", kKeys), {"q·k", "|k|"}, {}}}};
  for (int j = 0; j < kKeys; ++j) {
    const std::string k = indexed("k", j + 1);
    step.formulas.push_back(
        fmt::format("q·{} = {} = {}", k, dot_text(p.compared, p.keys[j]), figure(dot(p.compared, p.keys[j]))));
    step.tables[0].numbers.push_back(dot(p.compared, p.keys[j]));
    step.tables[0].numbers.push_back(norm(p.keys[j]));
  }
  step.formulas.push_back(fmt::format("|q| = √({}) = {}", dot_text(p.compared, p.compared), figure(norm(p.compared))));
  for (int j = 0; j < kKeys; ++j)
    step.formulas.push_back(
        fmt::format("|{}| = √({}) = {}", indexed("k", j + 1), dot_text(p.keys[j], p.keys[j]), figure(norm(p.keys[j]))));
  return step;
}

ExampleStep cosine_step(const Problem& p) {
  ExampleStep step = {"Cosine similarity",
                      "Dividing by both lengths leaves only the angle: 1 in the same direction, 0 at a right angle, −1 "
                      "opposite.",
                      {},
                      {{"", numbered("key", kKeys), {"cosine"}, {}}}};
  for (int j = 0; j < kKeys; ++j) {
    const double c = cosine(p.compared, p.keys[j]);
    step.formulas.push_back(fmt::format("cos(q, {}) = {} / ({} · {}) = {}", indexed("k", j + 1),
                                        figure(dot(p.compared, p.keys[j])), figure(norm(p.compared)),
                                        figure(norm(p.keys[j])), figure(c)));
    step.tables[0].numbers.push_back(c);
  }
  add_printed(p, step.tables[0], "as printed", kPrinted);
  if (p.as_printed)
    step.sentence +=
        " The article prints 0.44, 0.53 and 0.30 for these vectors: that is wrong, and the next step "
        "says why.";
  return step;
}

// Every way in which three numbers might be held against two.
ExampleStep why_step(const Problem& p) {
  const auto& q = p.query;
  const std::array<std::array<float, 2>, 3> pairs = {{{q[0], q[1]}, {q[1], q[2]}, {q[0], q[2]}}};
  ExampleStep step = {"Why the printed cosines are wrong",
                      "Key 3 is exactly twice the query's first two numbers, so it points the same way: its cosine "
                      "must be 1, the largest there is, and the article gives it the smallest. Nor do other ways of "
                      "holding three numbers against two give what is printed: other pairs of the query's numbers, or "
                      "the keys filled up with a 0.",
                      {fmt::format("k₃ = {} = 2 · {}", vector_text(p.keys[2]), vector_text(p.compared))},
                      {{"Cosines, if the query's numbers compared are …",
                        numbered("key", kKeys),
                        {"1st, 2nd", "2nd, 3rd", "1st, 3rd", "all, key + 0"},
                        {}}}};
  for (const auto& key : p.keys) {
    for (const auto& pair : pairs) step.tables[0].numbers.push_back(cosine(pair, key));
    step.tables[0].numbers.push_back(cosine(q, std::array{key[0], key[1], 0.0f}));
  }
  add_printed(p, step.tables[0], "as printed", kPrinted);
  return step;
}

// What the printed cosines would have led to.
std::array<double, kKeys> softmax_of(std::array<double, kKeys> scores) {
  double total = 0;
  for (double& score : scores) total += score = std::exp(score);
  for (double& score : scores) score /= total;
  return scores;
}

ExampleStep softmax_step(const Problem& p, Tensor weights) {
  std::array<double, kKeys> cosines;
  for (int j = 0; j < kKeys; ++j) cosines[j] = cosine(p.compared, p.keys[j]);
  ExampleStep step = {
      "Softmax: the weights",
      "Each cosine becomes exp(cosine), shared out so that the weights add up to 1. Cosines lie between "
      "−1 and 1, so the weights stay near each other; models therefore multiply them by a learned "
      "scale first.",
      softmax_text("a", cosines, row_of(weights, 0)),
      {{"", numbered("key", kKeys), {"weight"}, {weights.begin(), weights.end()}, 4, true}}};
  add_printed(p, step.tables[0], "if printed", softmax_of(kPrinted));
  return step;
}

ExampleStep mix_step(const Problem& p, const SmallAttention& head) {
  ExampleStep step = {"The mixed value",
                      "The output is the sum of the values, each times its weight.",
                      {},
                      {{"", {"number 1", "number 2"}, {"output"}, {head.out.begin(), head.out.end()}}}};
  const std::array by_printed = softmax_of(kPrinted);
  std::array<double, kWidth> printed{};
  for (int d = 0; d < kWidth; ++d) {
    std::array<float, kKeys> column;
    for (int j = 0; j < kKeys; ++j) column[j] = p.values[j * kWidth + d];
    for (int j = 0; j < kKeys; ++j) printed[d] += by_printed[j] * column[j];
    step.formulas.push_back(fmt::format("{} = {} = {}", indexed("out", d + 1),
                                        dot_text(row_of(head.weights, 0), column), figure(head.out[d])));
  }
  add_printed(p, step.tables[0], "if printed", printed);
  return step;
}

}  // namespace

std::vector<ExampleInput> cosine_inputs() {
  return {{"query", "Query", {}, 3, {0.1f, 0.2f, 0.3f}},
          {"keys", "Keys", numbered("key", kKeys), kWidth, {0.5f, 0.3f, 0.4f, 0.5f, 0.2f, 0.4f}},
          {"values", "Values", numbered("value", kKeys), kWidth, {0.6f, 0.7f, 0.8f, 0.9f, 0.1f, 0.2f}}};
}

std::vector<ExampleStep> cosine_steps(std::span<const ExampleInput> inputs) {
  const Problem p = read(inputs);
  Arena arena;
  const Tensor q = tensor_of(p.compared, {1, kWidth}, arena), k = tensor_of(inputs[1].values, {kKeys, kWidth}, arena),
               v = tensor_of(p.values, {kKeys, kWidth}, arena);
  const ScoreTensor scale = {tensor_of(std::array{1.0f}, {1}, arena), arena.allocate(Shape{1})};
  const SmallAttention head("cosine", q, k, v, {&scale, 1}, arena);
  std::vector<ExampleStep> steps = {match_step(p), length_step(p), cosine_step(p)};
  if (p.as_printed) steps.push_back(why_step(p));
  steps.push_back(softmax_step(p, head.weights));
  steps.push_back(mix_step(p, head));
  return steps;
}

}  // namespace lab
