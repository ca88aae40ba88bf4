#include "core/ops/gelu.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/base/simd.h"

namespace lab {

namespace {

constexpr int64_t kPerTask = 16384;  // a multiple of kLanes

struct Normal {
  Lanes cumulative;  // Φ(x)
  Lanes density;     // φ(x) = Φ′(x)
};

// Φ(x) = (1 + erf(x/√2)) / 2, erf by Abramowitz and Stegun 7.1.26 (error at most 1.5e-7).
inline Normal normal(Lanes x) {
  const Lanes bell = exp(x * x * splat(-0.5f));  // e^(−z²) with z = |x|/√2, shared by both results
  const Lanes z = larger(x, -x) * splat(0.70710678118654752f);
  const Lanes t = splat(1.0f) / (splat(1.0f) + splat(0.3275911f) * z);
  Lanes p = splat(1.061405429f);
  p = p * t - splat(1.453152027f);
  p = p * t + splat(1.421413741f);
  p = p * t - splat(0.284496736f);
  p = p * t + splat(0.254829592f);
  const Lanes tail = splat(0.5f) * p * t * bell;  // (1 − erf(z)) / 2
  return {x < Lanes{} ? tail : splat(1.0f) - tail, bell * splat(0.39894228040143268f)};
}

// Runs body(from, count) over whole vectors; the last, ragged one goes through a padded copy.
template <class Body>
void each_vector(int64_t count, const Body& body) {
  parallel_for((count + kPerTask - 1) / kPerTask, [&](int64_t task) {
    const int64_t end = std::min((task + 1) * kPerTask, count);
    for (int64_t i = task * kPerTask; i < end; i += kLanes) body(i, std::min<int64_t>(kLanes, end - i));
  });
}

}  // namespace

void gelu_forward(Tensor y, Tensor x) {
  each_vector(x.count(), [&](int64_t i, int64_t count) {
    const Lanes in = load_some(x.data + i, count);
    // y = x · Φ(x)
    store_some(y.data + i, in * normal(in).cumulative, count);
  });
}

void gelu_backward(Tensor dx, Into into_dx, Tensor dy, Tensor x) {
  each_vector(x.count(), [&](int64_t i, int64_t count) {
    const Lanes in = load_some(x.data + i, count);
    const Normal n = normal(in);
    // dx = dy · (Φ(x) + x · φ(x))
    Lanes gradient = load_some(dy.data + i, count) * (n.cumulative + in * n.density);
    if (into_dx == Into::kAdd) gradient += load_some(dx.data + i, count);
    store_some(dx.data + i, gradient, count);
  });
}

}  // namespace lab
