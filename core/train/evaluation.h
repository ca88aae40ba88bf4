#pragma once
// Evaluation: how good a model is on samples that it is not trained on.

#include <functional>

#include "core/train/learner.h"

namespace lab {

struct Evaluation {
  double loss = 0;      // mean cross-entropy, nothing smoothed
  double accuracy = 0;  // share whose most probable class, or of answers whose most probable next token, is right
  int pictures = 0;     // or texts
};

/// Samples of that size at once: of pictures and short texts many, of long ones so few that they need no more memory.
int evaluation_batch(const SampleSize& size);

/// Of the first `samples` of a set (all when fewer). `learner_of(size)` gives a network for evaluation_batch(size)
/// samples. `go_on(done)` is asked after every batch; where it says no, what was done so far is evaluated.
Evaluation evaluate(const Dataset& data, const SampleSet& set, int samples,
                    const std::function<Learner&(const SampleSize&)>& learner_of,
                    const std::function<bool(int done)>& go_on = {});

}  // namespace lab
