#pragma once
// Reach: which tokens of a text can have a say at its first one, where the class is read, after all layers. Each layer
// hands on what its pattern lets it see; what lies beyond cannot be learned, however long a lane trains.

#include <string>
#include <vector>

#include "core/train/learner.h"

namespace lab {

/// [N] of a text of so many tokens: whether the first token hears of it.
std::vector<bool> heard_by_the_first(const LearnerShape& shape, int tokens);

/// Where a task's answer stands at a known distance: in one sentence whether the lane can find it, and why. Empty where
/// that is not known.
std::string reach_in_words(const LearnerShape& shape);

}  // namespace lab
