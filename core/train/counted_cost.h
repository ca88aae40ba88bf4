#pragma once
// What of a lane's cost can be counted rather than measured.

#include "core/train/snapshot.h"

namespace lab {

class Trainer;

/// One training step's multiply-adds and bytes, and the pairs; the times are 0.
Cost counted_cost(const Trainer& trainer, int lane);

}  // namespace lab
