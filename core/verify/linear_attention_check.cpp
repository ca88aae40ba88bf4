// Linear attention, forward and backward.

#include "core/attention/linear_attention.h"
#include "core/base/error.h"
#include "core/verify/checks.h"

namespace lab {

void check_linear_attention(ReferenceCase& reference) {
  const std::string features = reference.text("feature_map");
  if (features != "elu_plus_one")
    throw Error("The feature map {} is not supported yet; only elu_plus_one is.", features);
  const Tensor q = reference.tensor("q", 4), k = reference.tensor("k", 4);
  const int64_t batch = q.shape[0], heads = q.shape[1], width = q.shape[3];
  const Shape key_shape{batch, heads, k.shape[2], width};
  if (k.shape != key_shape)
    throw Error("The tensor k is {}; beside q it must be {}.", k.shape.text(), key_shape.text());
  const Tensor v = reference.tensor("v", key_shape), d_out = reference.tensor("grad_out", q.shape);

  Pattern pattern;
  pattern.causal = reference.flag("causal");
  const Geometry geometry = Geometry::sequence(static_cast<int>(q.shape[2]), static_cast<int>(k.shape[2]));
  AttentionProblem problem;
  problem.batch = static_cast<int>(batch);
  problem.heads = static_cast<int>(heads);
  problem.head_width = static_cast<int>(width);
  problem.map = std::make_shared<TileMap>(pattern, geometry);
  std::vector<int> lengths;
  if (reference.has("key_lengths")) lengths = reference.integers("key_lengths", {batch}, 0, k.shape[2]);
  problem.key_lengths = lengths;
  const auto attention = make_linear_attention(problem, reference.arena());
  const Tensor out = reference.zeros(q.shape), dq = reference.zeros(q.shape);
  const Tensor dk = reference.zeros(key_shape), dv = reference.zeros(key_shape);
  attention->forward(HeadRows::of(q), HeadRows::of(k), HeadRows::of(v), HeadRows::of(out));
  attention->backward(HeadRows::of(d_out), HeadRows::of(dq), HeadRows::of(dk), HeadRows::of(dv));
  reference.compare("out", out, kTolerance);
  // A query with one key has weight 1 whatever the features: its gradients are differences of equal terms.
  const double d_weight = double{largest(d_out)} * largest(v);
  reference.compare("dq", dq, kTolerance, d_weight);
  reference.compare("dk", dk, kTolerance, d_weight);
  reference.compare("dv", dv, kTolerance);
}

}  // namespace lab
