#include "core/attention/score.h"

#include <cmath>
#include <string>

#include "core/attention/scored_attention.h"
#include "core/base/named.h"

namespace lab {

namespace {

using Learned = std::span<const ScoreTensor>;
using Start = ScoreParameterSpec::Start;

struct Row {
  ScoreKind kind;
  std::vector<ScoreParameterSpec> (*parameters)(int64_t width);
  std::unique_ptr<AttentionKernel> (*make)(const AttentionProblem&, Learned, Arena&, Kernel);
};

std::vector<ScoreParameterSpec> nothing(int64_t) { return {}; }

std::unique_ptr<AttentionKernel> with_scale(AttentionProblem problem, float scale, Arena& arena, Kernel kernel) {
  problem.scale = scale;
  return make_attention(problem, arena, kernel);
}

std::unique_ptr<AttentionKernel> scaled_dot(const AttentionProblem& problem, Learned, Arena& arena, Kernel kernel) {
  return with_scale(problem, 1 / std::sqrt(static_cast<float>(problem.head_width)), arena, kernel);
}

std::unique_ptr<AttentionKernel> dot(const AttentionProblem& problem, Learned, Arena& arena, Kernel kernel) {
  return with_scale(problem, 1, arena, kernel);
}

const Row kScores[] = {
    {{"scaled_dot", "Scaled dot", "q·k / √D", "The dot product, made smaller the wider the heads are.", true},
     nothing,
     scaled_dot},
    {{"dot", "Dot", "q·k", "The dot product as it is: with wide heads its softmax soon picks a single key.", true},
     nothing,
     dot},
    {{"cosine", "Cosine", "s · cos(q, k)", "Only the angle between query and key counts; how sharply, s, is learned."},
     [](int64_t) -> std::vector<ScoreParameterSpec> {
       return {{"score_scale", {1}, Start::kScale}};
     },
     make_cosine_attention},
    {{"general", "General", "qᵀ·W·k", "A learned matrix says which parts of a query ask for which parts of a key.",
      true},
     [](int64_t width) -> std::vector<ScoreParameterSpec> {
       return {{"score_weight", {width, width}, Start::kIdentity}};
     },
     make_general_attention},
    {{"additive", "Additive", "v·tanh(Wq·q + Wk·k)", "A small network looks at query and key together.", false, false},
     [](int64_t width) -> std::vector<ScoreParameterSpec> {
       return {{"score_query_weight", {width, width}, Start::kUniform},
               {"score_key_weight", {width, width}, Start::kUniform},
               {"score_vector", {width}, Start::kUniform}};
     },
     make_additive_attention},
};

const Row& find_row(std::string_view name) {
  return find_named(kScores, name, "score", [](const Row& row) { return row.kind.name; });
}

// Shapes as listed, but that the additive score's inner width, the first size of each, is the caller's.
void check_shapes(const Row& row, const AttentionProblem& problem, Learned learned) {
  const auto specs = row.parameters(problem.head_width);
  if (specs.size() != learned.size())
    throw Error("The score {} learns {} things; {} were given.", row.kind.name, specs.size(), learned.size());
  for (size_t i = 0; i < specs.size(); ++i) {
    Shape wanted = specs[i].shape;
    if (row.kind.name == "additive") {
      const int64_t inner = learned[0].value.shape[0];
      wanted = wanted.rank() == 1 ? Shape{inner} : Shape{inner, wanted[1]};
    }
    if (learned[i].value.shape != wanted)
      throw Error("The score {}'s {} is {}; for heads of width {} it must be {}.", row.kind.name, specs[i].name,
                  learned[i].value.shape.text(), problem.head_width, wanted.text());
  }
}

}  // namespace

std::span<const ScoreKind> score_kinds() {
  static const std::vector<ScoreKind> kinds = [] {
    std::vector<ScoreKind> all;
    for (const Row& row : kScores) all.push_back(row.kind);
    return all;
  }();
  return kinds;
}

const ScoreKind& find_score(std::string_view name) { return find_row(name).kind; }

std::vector<ScoreParameterSpec> score_parameters(std::string_view score, int head_width) {
  return find_row(score).parameters(head_width);
}

std::unique_ptr<AttentionKernel> make_scored_attention(std::string_view score, const AttentionProblem& problem,
                                                       std::span<const ScoreTensor> parameters, Arena& arena,
                                                       Kernel kernel) {
  const Row& row = find_row(score);
  check_shapes(row, problem, parameters);
  return row.make(problem, parameters, arena, kernel);
}

}  // namespace lab
