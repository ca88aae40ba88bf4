#pragma once
// Optimisers over flat arrays, by the names of an experiment's settings: sgd, adam, adamw (core/ops/update.h says
// what each does), and learning-rate schedules beside them.

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/arena.h"
#include "core/device/cpu_device.h"
#include "core/ops/update.h"
#include "core/train/experiment.h"

namespace lab {

class Optimiser {
 public:
  /// `count` parameters on a device, all state 0.
  explicit Optimiser(size_t count, Device& device = cpu_device());

  /// One update of `values` by `gradients` at the given learning rate, all on the device. Settings may change between
  /// steps. Nothing moves where there is a `norm` [1] and it is not finite. Throws Error when `settings.kind` is
  /// unknown.
  void step(const OptimiserSettings& settings, float learning_rate, std::span<float> values, std::span<float> gradients,
            Tensor norm = {});

  int64_t steps() const { return steps_; }
  /// The latest update: its rule, with the numbers of that step.
  const Update& latest() const { return latest_; }

  /// What was learned of the gradients so far: momentum, or Adam's first and second moments, [count] each. As the host
  /// knows it: download before reading, upload after writing.
  Tensor first() const { return first_; }
  Tensor second() const { return second_; }
  /// The state goes on as the host has it, on another device, as if so many steps were done.
  void resume(Device& device, int64_t steps);

 private:
  Arena arena_;
  Device* device_;
  Tensor first_, second_;
  int64_t steps_ = 0;
  Update latest_;
};

struct OptimiserKind {
  const char* name;         // as in the experiment: "adamw"
  const char* title;        // as shown: "AdamW"
  const char* explanation;  // one plain sentence
  Update::Rule rule;
};
std::span<const OptimiserKind> optimiser_kinds();
/// Throws Error, listing the known ones, when there is none of that name.
const OptimiserKind& find_optimiser(std::string_view name);

/// The learning rate of training step `step` (from 0): linear warm-up, then constant or a cosine to 0.
float scheduled_rate(const OptimiserSettings& settings, int64_t step);

}  // namespace lab
