#pragma once
// The optimisers of torch.optim for one number, as their papers write them.

#include <cmath>

#include "core/train/experiment.h"

namespace lab::reference {

template <class T>
class Optimiser {
 public:
  explicit Optimiser(const OptimiserSettings& settings) : s_(settings) {}

  T step(T parameter, T gradient) {
    ++steps_;
    if (s_.kind == "adamw")
      parameter -= T(s_.learning_rate) * T(s_.weight_decay) * parameter;
    else
      gradient += T(s_.weight_decay) * parameter;
    return parameter - T(s_.learning_rate) * (s_.kind == "sgd" ? momentum(gradient) : adam(gradient));
  }

 private:
  T momentum(T gradient) { return first_ = steps_ == 1 ? gradient : T(s_.momentum) * first_ + gradient; }

  T adam(T gradient) {
    first_ = T(s_.beta1) * first_ + (T(1) - T(s_.beta1)) * gradient;
    second_ = T(s_.beta2) * second_ + (T(1) - T(s_.beta2)) * gradient * gradient;
    const T first = first_ / (T(1) - std::pow(T(s_.beta1), T(steps_)));
    const T second = second_ / (T(1) - std::pow(T(s_.beta2), T(steps_)));
    return first / (std::sqrt(second) + T(s_.epsilon));
  }

  OptimiserSettings s_;
  T first_{}, second_{};
  int steps_ = 0;
};

}  // namespace lab::reference
