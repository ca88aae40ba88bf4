#pragma once
// The history bar, along the bottom of the window: scrubs through training, plays it as a film, and says plainly when
// what is on screen is of then and not of now.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// As wide as the room, at the cursor.
void draw_history_bar(const Snapshot& snapshot, View& view, Commands& commands);
/// With the gap above it, in real pixels; 0 where there is no room or nothing to remember.
float history_bar_height(const Snapshot& snapshot, float room);

}  // namespace lab
