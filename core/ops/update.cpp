#include "core/ops/update.h"

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"

namespace lab {

namespace {

constexpr size_t kPerTask = 8192;

template <class Body>
void each_range(size_t count, const Body& body) {
  parallel_for(static_cast<int64_t>((count + kPerTask - 1) / kPerTask),
               [&](int64_t task) { body(task * kPerTask, std::min((task + 1) * kPerTask, count)); });
}

struct Moments {
  float* first;
  float* second;
};

// g += decay·p; m = momentum·m + g; p −= rate·m
void momentum(const Update& u, float* p, const float* g, Moments m, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    m.first[i] = u.momentum * m.first[i] + (g[i] + u.weight_decay * p[i]);
    p[i] -= u.rate * m.first[i];
  }
}

// m = β₁m + (1−β₁)g; v = β₂v + (1−β₂)g²; p −= rate · m̂ / (√v̂ + ε), hats corrected for their start at 0
template <bool decoupled>
void adam(const Update& u, float* p, const float* g, Moments m, size_t begin, size_t end) {
  const float size = u.rate / u.first_so_far;
  for (size_t i = begin; i < end; ++i) {
    const float gradient = decoupled ? g[i] : g[i] + u.weight_decay * p[i];
    if constexpr (decoupled) p[i] -= u.rate * u.weight_decay * p[i];
    m.first[i] = u.beta1 * m.first[i] + (1 - u.beta1) * gradient;
    m.second[i] = u.beta2 * m.second[i] + (1 - u.beta2) * gradient * gradient;
    p[i] -= size * m.first[i] / (std::sqrt(m.second[i]) / u.second_so_far + u.epsilon);
  }
}

using Rule = void (*)(const Update&, float*, const float*, Moments, size_t, size_t);
constexpr Rule kRules[] = {momentum, adam<false>, adam<true>};  // in the order of Update::Rule

}  // namespace

void update(const Update& update, Tensor values, Tensor gradients, Tensor first, Tensor second, Tensor norm) {
  if (norm && !std::isfinite(norm[0])) return;
  const Rule rule = kRules[static_cast<int>(update.rule)];
  each_range(values.count(), [&](size_t begin, size_t end) {
    rule(update, values.data, gradients.data, {first.data, second.data}, begin, end);
  });
}

float clip_gradient(std::span<float> gradients, float largest) {
  double squares = 0;
  for (size_t begin = 0; begin < gradients.size(); begin += kPerTask) {
    float part = 0;
    for (float g : gradients.subspan(begin, std::min(kPerTask, gradients.size() - begin))) part += g * g;
    squares += part;
  }
  const float norm = static_cast<float>(std::sqrt(squares));
  if (largest > 0 && norm > largest) {
    const float scale = largest / (norm + 1e-6f);
    for (float& g : gradients) g *= scale;
  }
  return norm;
}

}  // namespace lab
