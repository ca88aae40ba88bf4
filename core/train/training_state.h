#pragma once
// TrainingState: a training between two steps, as a value on the host: all that has to be known to go on as if nothing
// had happened. Batches, dropout and the learning rate follow from the experiment's seed and the number of the step
// (core/base/rng.h), so there is no random state beside them.
//
//   const TrainingState then = trainer.state();  // 1.
//   for (…) trainer.step();                      // 2.
//   trainer.restore(then);                       // 3. the next steps are those again, bit for bit

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/train/experiment.h"

namespace lab {

/// What one lane has learned.
struct LearnedLane {
  int64_t steps = 0;                  // training steps it has done
  std::vector<float> values;          // in the order of ParameterSet::values()
  std::vector<float> first, second;   // the optimiser's, in the same order; empty where only the weights were asked for
  float loss = 0, gradient_norm = 0;  // of its latest step

  bool whole() const { return !first.empty(); }
  size_t bytes() const { return (values.size() + first.size() + second.size()) * sizeof(float); }
  bool operator==(const LearnedLane&) const = default;
};

struct TrainingState {
  Experiment experiment;
  std::vector<LearnedLane> lanes;
  bool operator==(const TrainingState&) const = default;
};

}  // namespace lab
