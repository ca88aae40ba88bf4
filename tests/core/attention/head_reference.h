#pragma once
// One head of an attention problem that was run, forward and backward, against attention written in scalars.

#include "tests/core/attention/problem.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"

namespace lab {

/// Head number `head` of a tensor [B, H, …].
inline std::vector<double> part(Tensor tensor, int64_t head) {
  const int64_t count = tensor.count() / (tensor.shape[0] * tensor.shape[1]);
  return {tensor.data + head * count, tensor.data + (head + 1) * count};
}

/// `attend(q, k, v)` of numbers or of complex numbers gives what has `.weights` and `.out`.
template <class Attend>
void expect_head(const Problem& p, int64_t head, const Attend& attend) {
  using reference::expect_close;
  using reference::pull_back;
  using Complexes = std::vector<reference::Complex>;
  const std::vector<double> q = part(p.q, head), k = part(p.k, head), v = part(p.v, head), d_out = part(p.d_out, head);
  const auto expected = attend(q, k, v);
  expect_close(part(p.weights, head), expected.weights, "weights", 2e-6);
  expect_close(part(p.out, head), expected.out, "out", 2e-6);
  const Complexes cq = reference::as_complex(q), ck = reference::as_complex(k), cv = reference::as_complex(v);
  expect_close(part(p.dq, head), pull_back([&](const Complexes& at) { return attend(at, ck, cv).out; }, q, d_out),
               "dq");
  expect_close(part(p.dk, head), pull_back([&](const Complexes& at) { return attend(cq, at, cv).out; }, k, d_out),
               "dk");
  expect_close(part(p.dv, head), pull_back([&](const Complexes& at) { return attend(cq, ck, at).out; }, v, d_out),
               "dv");
}

}  // namespace lab
