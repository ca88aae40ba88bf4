// Attention over a pattern, forward and backward.

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/verify/checks.h"

namespace lab {

float largest(Tensor tensor) {
  float most = 0;
  for (float value : tensor) most = std::max(most, std::abs(value));
  return most;
}

namespace {

// What a score learns, as a case names it, and its shape with heads of width D; a 0 stands for any size.
struct LearnedTensor {
  std::string_view score, name;
  Shape shape(int64_t width, int64_t inner) const {
    if (name == "w") return {width, width};
    return name == "v_score" ? Shape{inner} : Shape{inner, width};
  }
};
constexpr LearnedTensor kLearned[] = {
    {"general", "w"}, {"additive", "w_query"}, {"additive", "w_key"}, {"additive", "v_score"}};

// The score's learned tensors with their gradients; the cosine's scale is a setting of the case.
std::vector<ScoreTensor> read_learned(ReferenceCase& reference, const std::string& score, int64_t width) {
  std::vector<ScoreTensor> learned;
  const auto add = [&](Tensor value) { learned.push_back({value, reference.zeros(value.shape)}); };
  if (score == "cosine") {
    add(reference.zeros({1}));
    learned[0].value[0] = reference.number("scale", 1e-6, 1e6);
    reference.device().upload(learned[0].value);
  }
  const int64_t inner = score == "additive" ? reference.shape("v_score")[0] : 0;
  for (const LearnedTensor& tensor : kLearned)
    if (tensor.score == score) add(reference.tensor(tensor.name, tensor.shape(width, inner)));
  return learned;
}

std::string learned_gradient_name(const std::string& score, size_t index) {
  for (const LearnedTensor& tensor : kLearned)
    if (tensor.score == score && index-- == 0) return "d" + std::string(tensor.name);
  return "";
}

// The scores as the definition has them, in double: a tolerance depends on how large they get.
struct ScoreFormula {
  const std::string& name;
  std::span<const ScoreTensor> learned;
  int64_t width;

  double operator()(const float* q, const float* k) const {
    if (name == "additive") return additive(q, k);
    double dot = 0, q_squares = 0, k_squares = 0;
    for (int64_t d = 0; d < width; ++d) {
      dot += name == "general" ? q[d] * projected(learned[0].value, d, k) : double{q[d]} * k[d];
      q_squares += double{q[d]} * q[d];
      k_squares += double{k[d]} * k[d];
    }
    if (name == "cosine") return learned[0].value[0] * dot / std::sqrt(q_squares * k_squares);
    return name == "scaled_dot" ? dot / std::sqrt(static_cast<double>(width)) : dot;
  }

  /// How much a number of q or k can move a score, for its gradient's natural size.
  double steepness() const {
    if (name == "general") return largest(learned[0].value) * static_cast<double>(width);
    if (name == "additive")
      return double{largest(learned[0].value)} * largest(learned[2].value) * static_cast<double>(width);
    if (name == "cosine") return learned[0].value[0];
    return name == "scaled_dot" ? 1 / std::sqrt(static_cast<double>(width)) : 1;
  }

 private:
  double projected(Tensor w, int64_t row, const float* x) const {
    double total = 0;
    for (int64_t d = 0; d < width; ++d) total += double{w[row * width + d]} * x[d];
    return total;
  }
  double additive(const float* q, const float* k) const {
    double total = 0;
    for (int64_t a = 0; a < learned[2].value.count(); ++a)
      total += learned[2].value[a] * std::tanh(projected(learned[0].value, a, q) + projected(learned[1].value, a, k));
    return total;
  }
};

// The largest absolute score of a pair that exists: a float is only good to a share of its size.
double largest_score(const AttentionProblem& problem, const ScoreFormula& score, HeadRows q, HeadRows k) {
  double most = 0;
  for (int b = 0; b < problem.batch; ++b)
    for (int h = 0; h < problem.heads; ++h)
      for (int i = 0; i < problem.queries(); ++i)
        for (const KeyRun& run : problem.map->runs(i))
          for (int j = run.begin; j < run.end; ++j) {
            if (!problem.key_lengths.empty() && j >= problem.key_lengths[b]) break;
            most = std::max(most, std::abs(score(q.row(b, h, i), k.row(b, h, j))));
          }
  return most;
}

}  // namespace

Pattern read_pattern(ReferenceCase& reference) {
  Pattern pattern;
  pattern.kind = reference.text("pattern");
  for (const PatternSetting& setting : find_pattern(pattern.kind).settings)
    pattern.*setting.value = reference.whole(setting.name, setting.smallest, setting.largest);
  for (const PatternKind& other : pattern_kinds())
    for (const PatternSetting& setting : other.settings)  // another pattern's must make sense all the same
      reference.whole(setting.name, 0, setting.largest, 0);
  pattern.global_tokens = reference.whole("global_tokens", 0, 1 << 20, 0);
  pattern.causal = reference.flag("causal", false);
  return pattern;
}

void check_attention(ReferenceCase& reference, Kernel kernel) {
  const Tensor q = reference.tensor("q", 4), k = reference.tensor("k", 4);
  const int64_t batch = q.shape[0], heads = q.shape[1], queries = q.shape[2], keys = k.shape[2], width = q.shape[3];
  const Shape query_shape{batch, heads, queries, width}, key_shape{batch, heads, keys, width};
  if (k.shape != key_shape)
    throw Error("The tensor k is {}; beside q it must be {}.", k.shape.text(), key_shape.text());
  const Tensor v = reference.tensor("v", key_shape), d_out = reference.tensor("grad_out", query_shape);
  std::vector<int> lengths;
  if (reference.has("key_lengths")) lengths = reference.integers("key_lengths", {batch}, 0, keys);

  const Geometry geometry = Geometry::sequence(static_cast<int>(queries), static_cast<int>(keys));
  const std::string score = reference.text("score");
  const std::vector<ScoreTensor> learned = read_learned(reference, score, width);
  const AttentionProblem problem{static_cast<int>(batch),
                                 static_cast<int>(heads),
                                 static_cast<int>(width),
                                 1,
                                 std::make_shared<TileMap>(read_pattern(reference), geometry),
                                 lengths};
  const auto attention = reference.device().make_attention(score, {}, problem, learned, reference.arena(), kernel);
  const Tensor weights = reference.zeros({batch, heads, queries, keys}), out = reference.zeros(query_shape);
  const Tensor dq = reference.zeros(query_shape), dk = reference.zeros(key_shape), dv = reference.zeros(key_shape);
  attention->forward(HeadRows::of(q), HeadRows::of(k), HeadRows::of(v), HeadRows::of(out));
  attention->weights(weights);
  reference.device().upload(weights);  // they were given to the host
  attention->backward(HeadRows::of(d_out), HeadRows::of(dq), HeadRows::of(dk), HeadRows::of(dv));

  const ScoreFormula formula{score, learned, width};
  const double tolerance =
      kTolerance * std::max(1.0, largest_score(problem, formula, HeadRows::of(q), HeadRows::of(k)) / 16);
  // A query with one key has weight 1 whatever the score: its dq is a difference of equal terms.
  const double d_score = formula.steepness() * largest(d_out) * largest(v);
  reference.compare("weights", weights, tolerance);
  reference.compare("out", out, tolerance);
  reference.compare("dq", dq, tolerance, d_score * largest(k));
  reference.compare("dk", dk, tolerance, d_score * largest(q));
  reference.compare("dv", dv, tolerance);
  for (size_t i = 0; score != "cosine" && i < learned.size(); ++i)
    reference.compare(learned_gradient_name(score, i), learned[i].gradient, tolerance,
                      d_score * largest(q) * static_cast<double>(queries));
}

}  // namespace lab
