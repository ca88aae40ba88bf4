#pragma once
// Pair tip: in plain words, what the cell under the mouse says, in every lane.

#include "app/panels/view.h"

namespace lab {

/// Nothing while the mouse is on no cell. `selection` is resolved.
void draw_pair_tip(const Snapshot& snapshot, const Selection& selection, const LanesState& lanes);

}  // namespace lab
