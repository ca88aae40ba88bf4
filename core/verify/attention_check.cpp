// Attention over a pattern, forward and backward.

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/verify/checks.h"

namespace lab {

namespace {

// The scores are q·k times a scale.
struct Score {
  std::string_view name;
  float (*scale)(int64_t head_width);
};
constexpr Score kScores[] = {
    {"scaled_dot", [](int64_t head_width) { return 1 / std::sqrt(static_cast<float>(head_width)); }},
    {"dot", [](int64_t) { return 1.0f; }},
};

float score_scale(const std::string& name, int64_t head_width) {
  std::string known;
  for (const Score& score : kScores) {
    if (score.name == name) return score.scale(head_width);
    known += (known.empty() ? "" : ", ") + std::string(score.name);
  }
  throw Error("The score {} is not supported yet; these are: {}.", name, known);
}

float largest(Tensor tensor) {
  float most = 0;
  for (float value : tensor) most = std::max(most, std::abs(value));
  return most;
}

// The largest absolute score of a pair that exists: a float is only good to a share of its size.
double largest_score(const AttentionProblem& problem, HeadRows q, HeadRows k) {
  double most = 0;
  for (int b = 0; b < problem.batch; ++b)
    for (int h = 0; h < problem.heads; ++h)
      for (int i = 0; i < problem.queries(); ++i)
        for (const KeyRun& run : problem.map->runs(i))
          for (int j = run.begin; j < run.end; ++j) {
            if (!problem.key_lengths.empty() && j >= problem.key_lengths[b]) break;
            double score = 0;
            for (int d = 0; d < problem.head_width; ++d) score += double{q.row(b, h, i)[d]} * k.row(b, h, j)[d];
            most = std::max(most, std::abs(score * problem.scale));
          }
  return most;
}

}  // namespace

Pattern read_pattern(ReferenceCase& reference) {
  Pattern pattern;
  pattern.kind = reference.text("pattern");
  for (const PatternKind& kind : pattern_kinds()) {
    if (!kind.setting) continue;
    const std::string_view key = kind.setting_name;
    if (kind.name == pattern.kind)
      pattern.*kind.setting = reference.whole(key, kind.smallest, kind.largest);
    else
      reference.whole(key, 0, kind.largest, 0);  // another pattern's; it must make sense all the same
  }
  pattern.global_tokens = reference.whole("global_tokens", 0, 1 << 20, 0);
  pattern.causal = reference.flag("causal", false);
  return pattern;
}

void check_attention(ReferenceCase& reference, Kernel kernel) {
  const Tensor q = reference.tensor("q", 4), k = reference.tensor("k", 4);
  const int64_t batch = q.shape[0], heads = q.shape[1], queries = q.shape[2], keys = k.shape[2], width = q.shape[3];
  const Shape query_shape{batch, heads, queries, width}, key_shape{batch, heads, keys, width};
  if (k.shape != key_shape) throw Error("The tensor k is {}; beside q it must be {}.", k.shape.text(), key_shape.text());
  const Tensor v = reference.tensor("v", key_shape), d_out = reference.tensor("grad_out", query_shape);
  std::vector<int> lengths;
  if (reference.has("key_lengths")) lengths = reference.integers("key_lengths", {batch}, 0, keys);

  const Geometry geometry = Geometry::sequence(static_cast<int>(queries), static_cast<int>(keys));
  const AttentionProblem problem{static_cast<int>(batch), static_cast<int>(heads), static_cast<int>(width),
                                 score_scale(reference.text("score"), width),
                                 std::make_shared<TileMap>(read_pattern(reference), geometry), lengths};
  const auto attention = cpu_device().make_attention(problem, reference.arena(), kernel);
  const Tensor weights = reference.zeros({batch, heads, queries, keys}), out = reference.zeros(query_shape);
  const Tensor dq = reference.zeros(query_shape), dk = reference.zeros(key_shape), dv = reference.zeros(key_shape);
  attention->forward(HeadRows::of(q), HeadRows::of(k), HeadRows::of(v), HeadRows::of(out));
  attention->weights(weights);
  attention->backward(HeadRows::of(d_out), HeadRows::of(dq), HeadRows::of(dk), HeadRows::of(dv));

  const double tolerance =
      kTolerance * std::max(1.0, largest_score(problem, HeadRows::of(q), HeadRows::of(k)) / 16);
  // A query with one key has weight 1 whatever the score: its dq is a difference of equal terms.
  const double d_score = double{problem.scale} * largest(d_out) * largest(v);
  reference.compare("weights", weights, tolerance);
  reference.compare("out", out, tolerance);
  reference.compare("dq", dq, tolerance, d_score * largest(k));
  reference.compare("dk", dk, tolerance, d_score * largest(q));
  reference.compare("dv", dv, tolerance);
}

}  // namespace lab
