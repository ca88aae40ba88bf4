#pragma once
// Looking at: which picture, layer, head and query all lanes show, and what the colours mean.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// A strip over the lanes; it takes as many rows as the width needs.
/// `scale`: with the colours' scale, where 0 is dark.
void draw_looking_at(const Snapshot& snapshot, View& view, Commands& commands, bool scale = true);

/// Only which picture.
void draw_picture_choice(const Snapshot& snapshot, Commands& commands);

}  // namespace lab
