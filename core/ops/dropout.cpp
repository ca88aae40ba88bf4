#include "core/ops/dropout.h"

#include <algorithm>

#include "core/base/parallel.h"

namespace lab {

namespace {

constexpr int64_t kPerTask = 16384;  // a multiple of the four words that one counter gives

// Calls body(i, scale) for every number: scale is 0 where it is dropped and 1/(1−p) where it is kept.
template <class Body>
void each_scale(int64_t count, float p, const Rng& rng, uint64_t step, const Body& body) {
  const float kept = 1.0f / (1.0f - p);
  parallel_for((count + kPerTask - 1) / kPerTask, [&](int64_t task) {
    const int64_t end = std::min((task + 1) * kPerTask, count);
    for (int64_t i = task * kPerTask; i < end; i += 4) {
      const auto words = rng.words((step << 32) + static_cast<uint64_t>(i / 4));
      for (int64_t j = i; j < std::min(i + 4, end); ++j) body(j, to_unit(words[j - i]) < p ? 0.0f : kept);
    }
  });
}

}  // namespace

void dropout_forward(Tensor y, Tensor x, float p, const Rng& rng, uint64_t step) {
  // y = x · scale
  each_scale(x.count(), p, rng, step, [&](int64_t i, float scale) { y.data[i] = x.data[i] * scale; });
}

void dropout_backward(Tensor dx, Into into_dx, Tensor dy, float p, const Rng& rng, uint64_t step) {
  // dx = dy · scale
  each_scale(dy.count(), p, rng, step, [&](int64_t i, float scale) {
    dx.data[i] = (into_dx == Into::kAdd ? dx.data[i] : 0.0f) + dy.data[i] * scale;
  });
}

}  // namespace lab
