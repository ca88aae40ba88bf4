#pragma once
// Cost: what each lane's attention takes, measured and computed.

#include "core/live/snapshot.h"

namespace lab {

void draw_cost(const Snapshot& snapshot);
/// The height it takes, real pixels.
float cost_height();

}  // namespace lab
