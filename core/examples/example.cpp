#include "core/examples/example.h"

#include <cmath>

#include "core/base/named.h"
#include "core/examples/example_list.h"

namespace lab {

namespace {

constexpr std::string_view kCosineAssumptions[] = {
    "The query has three numbers, the keys two: only the first two of the query have a partner.",
    "The softmax is taken of the cosines as they are, without a scale.",
};
constexpr std::string_view kDotAssumptions[] = {
    "The one matrix W makes both the queries and the keys; the values are the points themselves.",
    "The article gives no target: here every point should get itself back. Ask for something else at the left.",
    "The loss is the mean over all ten numbers of the five outputs.",
    "wₐ and bₐ belong to the additive score; this score has no use for them.",
};
constexpr std::string_view kAdditiveAssumptions[] = {
    "The one matrix W transforms both query and key: the score is wₐ·tanh(W·x + W·y) + bₐ.",
    "The values are the points themselves.",
    "The article gives no target: here every point should get itself back. Ask for something else at the left.",
    "The loss is the mean over all ten numbers of the five outputs.",
};
constexpr std::string_view kNextWordAssumptions[] = {
    "These small vectors are made up, for the arithmetic. In a trained language model they are learned from text.",
    "A word's vector is its query, its key and its value alike; a model has a matrix for each.",
    "A candidate's logit is the dot product of its vector with the mixed one.",
};

constexpr Example kExamples[] = {
    {"cosine", "Cosine", "An article's example: one query shares its attention among three keys, by angle.",
     kCosineAssumptions, cosine_inputs, cosine_steps},
    {"points-dot", "Five points, scaled dot",
     "An article's example: five points attend to each other, and W learns from one mistake.", kDotAssumptions,
     dot_points_inputs, dot_points_steps},
    {"points-additive", "Five points, additive",
     "The article's five points again, with a small network as the score; its three parts learn together.",
     kAdditiveAssumptions, additive_points_inputs, additive_points_steps},
    {"next-word", "I went to the …",
     "An article's example: the last word looks back over the sentence, and a next word is guessed.",
     kNextWordAssumptions, next_word_inputs, next_word_steps},
};

void check(const ExampleInput& input, const ExampleInput& own) {
  if (input.values.size() != own.values.size())
    throw Error("{} takes {} numbers; {} were given.", own.title, own.values.size(), input.values.size());
  for (const float value : input.values) {
    if (!(value >= own.low && value <= own.high))
      throw Error("{}: {} is not a number from {} to {}; change it.", own.title, value, own.low, own.high);
    if (own.whole && value != std::round(value))
      throw Error("{}: {} is not a whole number; change it.", own.title, value);
  }
}

}  // namespace

std::span<const Example> examples() { return kExamples; }

const Example& find_example(std::string_view name) { return find_named(kExamples, name, "example", &Example::name); }

std::vector<ExampleStep> work_out(const Example& example, std::span<const ExampleInput> inputs) {
  const std::vector<ExampleInput> own = example.inputs();
  if (inputs.size() != own.size())
    throw Error("The example {} takes {} inputs; {} were given.", example.name, own.size(), inputs.size());
  for (size_t i = 0; i < own.size(); ++i) check(inputs[i], own[i]);
  return example.steps(inputs);
}

}  // namespace lab
