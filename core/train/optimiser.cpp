#include "core/train/optimiser.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/named.h"
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

// g += decay·p; m = momentum·m + g (m = g at the first step); p −= rate·m
void sgd(const OptimiserSettings& s, float rate, float* p, const float* g, Moments m, size_t begin, size_t end,
         int64_t step) {
  const float keep = step == 1 ? 0 : s.momentum;
  for (size_t i = begin; i < end; ++i) {
    m.first[i] = keep * m.first[i] + (g[i] + s.weight_decay * p[i]);
    p[i] -= rate * m.first[i];
  }
}

// m = β₁m + (1−β₁)g; v = β₂v + (1−β₂)g²; p −= rate · m̂ / (√v̂ + ε), hats corrected for their start at 0.
// Weight decay joins the gradient (coupled) or shrinks the parameter by itself (AdamW).
template <bool decoupled>
void adam(const OptimiserSettings& s, float rate, float* p, const float* g, Moments m, size_t begin, size_t end,
          int64_t step) {
  const float correct1 = static_cast<float>(1 - std::pow(double{s.beta1}, step));
  const float correct2 = static_cast<float>(std::sqrt(1 - std::pow(double{s.beta2}, step)));
  const float size = rate / correct1;
  for (size_t i = begin; i < end; ++i) {
    const float gradient = decoupled ? g[i] : g[i] + s.weight_decay * p[i];
    if constexpr (decoupled) p[i] -= rate * s.weight_decay * p[i];
    m.first[i] = s.beta1 * m.first[i] + (1 - s.beta1) * gradient;
    m.second[i] = s.beta2 * m.second[i] + (1 - s.beta2) * gradient * gradient;
    p[i] -= size * m.first[i] / (std::sqrt(m.second[i]) / correct2 + s.epsilon);
  }
}

struct Row {
  std::string_view name;
  void (*update)(const OptimiserSettings&, float, float*, const float*, Moments, size_t, size_t, int64_t);
};
constexpr Row kOptimisers[] = {{"sgd", sgd}, {"adam", adam<false>}, {"adamw", adam<true>}};

const Row& find_row(std::string_view name) { return find_named(kOptimisers, name, "optimiser", &Row::name); }

}  // namespace

void Optimiser::step(const OptimiserSettings& settings, float learning_rate, std::span<float> values,
                     std::span<const float> gradients) {
  const Row& row = find_row(settings.kind);
  ++steps_;
  each_range(values.size(), [&](size_t begin, size_t end) {
    row.update(settings, learning_rate, values.data(), gradients.data(), {first_.data(), second_.data()}, begin, end,
               steps_);
  });
}

void check_optimiser_kind(std::string_view kind) { find_row(kind); }

float scheduled_rate(const OptimiserSettings& settings, int64_t step) {
  if (step < settings.warmup_steps)
    return settings.learning_rate * static_cast<float>(step + 1) / static_cast<float>(settings.warmup_steps);
  if (settings.cosine_steps <= settings.warmup_steps) return settings.learning_rate;
  const double span = settings.cosine_steps - settings.warmup_steps;
  const double done = std::min(1.0, static_cast<double>(step - settings.warmup_steps) / span);
  return static_cast<float>(settings.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * done)));
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
