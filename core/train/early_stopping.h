#pragma once
// Early stopping: part of the training pictures is held out, each lane is evaluated on it now and then, and ends its
// training where that has brought nothing better for too long (Prechelt, "Early stopping – but when?", 1998), at the
// weights of its best evaluation. The test set has no part in it.

#include <span>
#include <vector>

#include "core/data/dataset.h"
#include "core/train/training_state.h"

namespace lab {

struct HeldOut {
  std::vector<uint32_t> rest;  // the pictures that are trained on, in order
  SampleSet pictures;          // or texts: those that are not
};
/// Which ones is drawn by the seed; none with a patience of 0. Throws Error where the share is less than a picture.
HeldOut hold_out(const SampleSet& set, const EarlyStopping& settings, uint64_t seed);

/// What comes of an evaluation after that step.
enum class Verdict { kBetter, kWait, kStop };
Verdict judge(Stopping& lane, int64_t step, double loss, int patience);

}  // namespace lab
