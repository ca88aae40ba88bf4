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
#include <limits>
#include <vector>

#include "core/train/experiment.h"

namespace lab {

/// How a lane stands with early stopping (EarlyStopping in experiment.h).
struct Stopping {
  bool stopped = false;                                        // training is over: the weights are the best ones
  int waited = 0;                                              // evaluations since the best
  int64_t evaluated = 0, best_step = 0;                        // after which step the latest was, and the best; 0: none
  double loss = 0;                                             // on what is held out, at the latest
  double best_loss = std::numeric_limits<double>::infinity();  // at the best
  std::vector<float> best;                                     // the weights of the best
  bool operator==(const Stopping&) const = default;
};

/// What one lane has learned.
struct LearnedLane {
  int64_t steps = 0;                  // training steps it has done
  int64_t optimiser_began = 0;        // after which of them the optimiser's memory starts
  std::vector<float> values;          // in the order of ParameterSet::values()
  std::vector<float> first, second;   // the optimiser's, in the same order; empty where only the weights were asked for
  float loss = 0, gradient_norm = 0;  // of its latest step
  Stopping stopping;                  // without its weights where only the weights were asked for

  bool whole() const { return !first.empty(); }
  size_t bytes() const { return (values.size() + first.size() + second.size() + stopping.best.size()) * sizeof(float); }
  bool operator==(const LearnedLane&) const = default;
};

struct TrainingState {
  Experiment experiment;
  std::vector<LearnedLane> lanes;
  bool operator==(const TrainingState&) const = default;
};

}  // namespace lab
