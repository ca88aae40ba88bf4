#include "core/train/optimiser.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/named.h"

namespace lab {

namespace {

constexpr OptimiserKind kOptimisers[] = {
    {"sgd", "SGD", "Gradient descent with momentum.", Update::Rule::kMomentum},
    {"adam", "Adam", "Each weight has a step size of its own.", Update::Rule::kAdam},
    {"adamw", "AdamW", "Adam, with the weight decay apart from the gradient.", Update::Rule::kAdamDecoupled},
};

Update update_of(const OptimiserSettings& s, float rate, int64_t step) {
  const auto gone = [&](float beta) { return 1 - std::pow(double{beta}, step); };
  return {.rule = find_optimiser(s.kind).rule,
          .rate = rate,
          .weight_decay = s.weight_decay,
          .momentum = step == 1 ? 0 : s.momentum,
          .beta1 = s.beta1,
          .beta2 = s.beta2,
          .epsilon = s.epsilon,
          .first_so_far = static_cast<float>(gone(s.beta1)),
          .second_so_far = static_cast<float>(std::sqrt(gone(s.beta2)))};
}

Tensor flat(std::span<float> numbers) { return {numbers.data(), {static_cast<int64_t>(numbers.size())}}; }

}  // namespace

Optimiser::Optimiser(size_t count, Device& device) : device_(&device) {
  for (Tensor* moments : {&first_, &second_}) *moments = arena_.allocate(Shape{static_cast<int64_t>(count)});
  arena_.attach(&device);
}

void Optimiser::step(const OptimiserSettings& settings, float learning_rate, std::span<float> values,
                     std::span<float> gradients, Tensor norm) {
  latest_ = update_of(settings, learning_rate, steps_ + 1);
  ++steps_;
  device_->update(latest_, flat(values), flat(gradients), first_, second_, norm);
}

void Optimiser::resume(Device& device, int64_t steps) {
  arena_.attach(nullptr);
  arena_.attach(&device);
  device_ = &device;
  steps_ = steps;
}

std::span<const OptimiserKind> optimiser_kinds() { return kOptimisers; }

const OptimiserKind& find_optimiser(std::string_view name) {
  return find_named(kOptimisers, name, "optimiser", &OptimiserKind::name);
}

float scheduled_rate(const OptimiserSettings& settings, int64_t step) {
  if (step < settings.warmup_steps)
    return settings.learning_rate * static_cast<float>(step + 1) / static_cast<float>(settings.warmup_steps);
  if (settings.cosine_steps <= settings.warmup_steps) return settings.learning_rate;
  const double span = settings.cosine_steps - settings.warmup_steps;
  const double done = std::min(1.0, static_cast<double>(step - settings.warmup_steps) / span);
  return static_cast<float>(settings.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * done)));
}

}  // namespace lab
