// One parameter under an optimiser, step by step.

#include <algorithm>

#include "core/base/error.h"
#include "core/train/optimiser.h"
#include "core/verify/checks.h"

namespace lab {

namespace {

constexpr double kMost = 1e6, kMostBeta = 0.999999;

void read_sgd(ReferenceCase& reference, OptimiserSettings& settings) {
  settings.momentum = reference.number("momentum", 0, kMost, 0);
  settings.weight_decay = reference.number("weight_decay", 0, kMost, 0);
}

template <int usual_decay_percent>
void read_adam(ReferenceCase& reference, OptimiserSettings& settings) {
  settings.beta1 = reference.number("beta1", 0, kMostBeta, 0.9);
  settings.beta2 = reference.number("beta2", 0, kMostBeta, 0.999);
  settings.epsilon = reference.number("eps", 0, kMost, 1e-8);
  settings.weight_decay = reference.number("weight_decay", 0, kMost, usual_decay_percent / 100.0);
}

struct Kind {
  std::string_view name;
  void (*read)(ReferenceCase&, OptimiserSettings&);
};
constexpr Kind kKinds[] = {{"sgd", read_sgd}, {"adam", read_adam<0>}, {"adamw", read_adam<1>}};

}  // namespace

OptimiserSettings read_optimiser(ReferenceCase& reference, const std::string& name) {
  OptimiserSettings settings;
  settings.kind = name;
  settings.learning_rate = reference.number("lr", 0, kMost);
  for (const Kind& kind : kKinds)
    if (kind.name == name) {
      kind.read(reference, settings);
      return settings;
    }
  throw Error("The optimiser {} is not supported yet; sgd, adam and adamw are.", name);
}

void check_optimiser(ReferenceCase& reference) {
  const OptimiserSettings settings = read_optimiser(reference, reference.text("kind"));
  const Shape one = reference.shape("parameter"), all = reference.shape("gradients");
  const Tensor parameter = reference.tensor("parameter", one), gradients = reference.tensor("gradients", all);
  const int64_t steps = all[0], count = one.count();
  if (all.rank() != one.rank() + 1 || all.count() != steps * count)
    throw Error("The tensor gradients is {}; it must hold a gradient of {} for each step.", all.text(), one.text());
  const Tensor trajectory = reference.zeros(all);
  const Tensor gradient = reference.zeros(one);
  Device& device = reference.device();
  Optimiser optimiser(static_cast<size_t>(count), device);
  for (int64_t step = 0; step < steps; ++step) {
    std::copy_n(gradients.data + step * count, count, gradient.data);
    device.upload(gradient);
    optimiser.step(settings, settings.learning_rate, {parameter.begin(), parameter.end()},
                   {gradient.begin(), gradient.end()});
    device.download(parameter);
    std::copy(parameter.begin(), parameter.end(), trajectory.data + step * count);
  }
  device.upload(trajectory);
  reference.compare("trajectory", trajectory, kTolerance);
}

}  // namespace lab
