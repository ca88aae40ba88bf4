#pragma once
// One attention problem with random inputs, run by either kernel of the device under test.

#include <cmath>
#include <string>

#include "core/attention/attention.h"
#include "tests/reference/tensors.h"

namespace lab {

struct ProblemSettings {
  std::string pattern = "dense";  // as parse_pattern reads it
  Geometry geometry = Geometry::sequence(9);
  int batch = 1, heads = 1, head_width = 4;
  std::vector<int> key_lengths = {};
  float size = 1;  // of q and k: scores grow with its square
};

struct Problem {
  Problem(const ProblemSettings& s, Kernel kernel, uint64_t seed = 1) : settings(s), inputs(seed) {
    const int64_t n = s.geometry.queries, m = s.geometry.keys;
    problem = {s.batch,
               s.heads,
               s.head_width,
               1 / std::sqrt(static_cast<float>(s.head_width)),
               std::make_shared<TileMap>(parse_pattern(s.pattern), s.geometry),
               settings.key_lengths};
    q = inputs.draw({s.batch, s.heads, n, s.head_width}, s.size);
    k = inputs.draw({s.batch, s.heads, m, s.head_width}, s.size);
    v = inputs.draw(k.shape);
    d_out = inputs.draw(q.shape);
    out = inputs.draw(q.shape);  // whatever was there is overwritten
    dq = inputs.draw(q.shape);
    dk = inputs.draw(k.shape);
    dv = inputs.draw(k.shape);
    weights = inputs.draw({s.batch, s.heads, n, m});
    attention = device_under_test().make_attention("scaled_dot", {}, problem, {}, inputs.arena(), kernel);
  }
  Problem(const Problem&) = delete;

  Problem& run() {
    attention->forward(HeadRows::of(q), HeadRows::of(k), HeadRows::of(v), HeadRows::of(out));
    attention->weights(weights);
    attention->backward(HeadRows::of(d_out), HeadRows::of(dq), HeadRows::of(dk), HeadRows::of(dv));
    for (Tensor result : {out, dq, dk, dv}) device_under_test().download(result);
    return *this;
  }

  bool exists(int b, int i, int j) const {
    return problem.map->exists(i, j) && (settings.key_lengths.empty() || j < settings.key_lengths[b]);
  }

  ProblemSettings settings;
  reference::Inputs inputs;
  AttentionProblem problem;
  Tensor q, k, v, d_out, out, dq, dk, dv;
  Tensor weights;
  std::unique_ptr<AttentionKernel> attention;
};

inline std::string kernel_name(const testing::TestParamInfo<Kernel>& kernel) {
  return kernel.param == Kernel::kPairs ? "Pairs" : "Tiles";
}

}  // namespace lab
