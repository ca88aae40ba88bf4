// "I went to the …": the last word attends to the sentence so far, and the mix says which word may come next.

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/examples/example_list.h"
#include "core/examples/formula.h"
#include "core/examples/small_attention.h"
#include "core/ops/linear.h"
#include "core/ops/losses.h"

namespace lab {

namespace {

constexpr int kWidth = 3;
const std::vector<std::string> kWords = {"I", "went", "to", "the"};
const std::vector<std::string> kCandidates = {"park", "shop", "sky", "dog"};

struct Problem {
  Tensor words, candidates;  // [4, 3]
  int next = 0;              // the word that came

  std::span<const float> asks() const { return row_of(words, words.shape[0] - 1); }  // the last word's query
};

// One line a word: "s₂ = the·went = 0.1·0.5 + … = 0.8"
ExampleStep score_step(const Problem& p, std::span<const double> scores) {
  ExampleStep step = {"Scores: dot products",
                      "The last word, “the”, is the query. Its dot product with each word of the sentence, itself "
                      "included, says how well the two fit.",
                      {},
                      {{"", kWords, {"score"}, {scores.begin(), scores.end()}}}};
  for (size_t j = 0; j < kWords.size(); ++j)
    step.formulas.push_back(fmt::format("{} = the·{} = {} = {}", indexed("s", static_cast<int>(j) + 1), kWords[j],
                                        dot_text(p.asks(), row_of(p.words, static_cast<int64_t>(j))),
                                        figure(scores[j])));
  return step;
}

ExampleStep softmax_step(std::span<const double> scores, Tensor weights) {
  return {"Softmax: where the last word looks",
          "Scores become weights that add up to 1: how “the” allocates its attention to the four words.",
          softmax_text("a", scores, row_of(weights, 0)),
          {{"", kWords, {"weight"}, {weights.begin(), weights.end()}, 4, true}}};
}

ExampleStep mix_step(const Problem& p, const SmallAttention& head) {
  ExampleStep step = {"The mixed vector",
                      "The four words' vectors, each times its weight, added up: what “the” now knows of the sentence.",
                      {},
                      {{"", {"number 1", "number 2", "number 3"}, {"mixed"}, {head.out.begin(), head.out.end()}}}};
  for (int d = 0; d < kWidth; ++d) {
    std::vector<float> column;
    for (size_t j = 0; j < kWords.size(); ++j) column.push_back(row_of(p.words, static_cast<int64_t>(j))[d]);
    step.formulas.push_back(fmt::format("{} = {} = {}", indexed("m", d + 1), dot_text(row_of(head.weights, 0), column),
                                        figure(head.out[d])));
  }
  return step;
}

ExampleStep logit_step(const Problem& p, Tensor mixed, Tensor logits) {
  ExampleStep step = {"Logits of the candidates",
                      "Each candidate for the next word is scored by the dot product of its vector with the mixed one.",
                      {},
                      {{"", kCandidates, {"logit"}, {logits.begin(), logits.end()}}}};
  for (size_t c = 0; c < kCandidates.size(); ++c)
    step.formulas.push_back(fmt::format("{}: {} = {}", kCandidates[c],
                                        dot_text(row_of(mixed, 0), row_of(p.candidates, static_cast<int64_t>(c))),
                                        figure(logits[static_cast<int64_t>(c)])));
  return step;
}

ExampleStep probability_step(Tensor logits, Tensor probabilities) {
  return {"Probabilities of the next word",
          "Softmax once more, over the candidates. A real model does the same over tens of thousands of words.",
          softmax_text("p", std::vector<double>(logits.begin(), logits.end()), row_of(probabilities, 0)),
          {{"", kCandidates, {"probability"}, {probabilities.begin(), probabilities.end()}, 4, true}}};
}

ExampleStep loss_step(const Problem& p, Tensor probabilities, float loss) {
  return {"The loss: how surprising the next word is",
          fmt::format("If “{}” comes next, the cross-entropy is minus the logarithm of its probability: 0 for a word "
                      "that was certain, large for one that was not expected. Training lowers it.",
                      kCandidates[p.next]),
          {fmt::format("L = −ln({}) = {}", figure(probabilities[p.next]), figure(loss))},
          {{"", {kCandidates[p.next]}, {"loss"}, {loss}}}};
}

}  // namespace

std::vector<ExampleInput> next_word_inputs() {
  return {{"words", "Vectors of the words", kWords, kWidth, {1, 0, 0.2f, 0.4f, 1, 0.6f, 0, 0.8f, 1, 0.2f, 0.6f, 1}},
          {"candidates",
           "Vectors of the candidates",
           kCandidates,
           kWidth,
           {0.2f, 1.2f, 1.6f, 0.3f, 1.4f, 1.2f, -0.4f, 0.2f, 1.2f, 1.4f, 0.2f, -0.4f}},
          {"next", "Next word, 1 to 4", {}, 1, {1}, 1, 4, true}};
}

std::vector<ExampleStep> next_word_steps(std::span<const ExampleInput> inputs) {
  Arena arena;
  const Shape shape{static_cast<int64_t>(kWords.size()), kWidth};
  const Problem p = {tensor_of(inputs[0].values, shape, arena), tensor_of(inputs[1].values, shape, arena),
                     static_cast<int>(inputs[2].values[0]) - 1};
  const SmallAttention head("dot", tensor_of(p.asks(), {1, kWidth}, arena), p.words, p.words, {}, arena);
  const Tensor logits = arena.allocate(Shape{1, shape[0]}), probabilities = arena.allocate(logits.shape);
  linear_forward(logits, head.out, p.candidates, {}, arena.allocate(Shape{kWidth, shape[0]}));
  const float loss = cross_entropy_forward(probabilities, logits, {&p.next, 1}, 0);
  std::vector<double> scores;
  for (int64_t j = 0; j < shape[0]; ++j) scores.push_back(dot(p.asks(), row_of(p.words, j)));
  return {score_step(p, scores),           softmax_step(scores, head.weights),      mix_step(p, head),
          logit_step(p, head.out, logits), probability_step(logits, probabilities), loss_step(p, probabilities, loss)};
}

}  // namespace lab
