#pragma once
// Loading: what stands in a page's place until there are lanes to show: what is loaded, how far the byte pairs have
// come that are learnt first, or that it failed.

#include "core/live/snapshot.h"

namespace lab {

/// In the middle of the room that is left.
void draw_loading(const Snapshot& snapshot);

}  // namespace lab
