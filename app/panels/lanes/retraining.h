#pragma once
// Retraining: the lane that a change in a trained lane's attention asks for: the same, but trained to do without the
// heads, the patch or the choice that the change took away, or at the temperature that it set.

#include <optional>
#include <string>

#include "core/live/snapshot.h"

namespace lab {

struct Retraining {
  std::optional<Lane> lane;  // what would train; none: it cannot
  std::string why_not = {};  // then, in one sentence
};

Retraining retraining_of(const Intervention& change, const Snapshot& snapshot);

}  // namespace lab
