#pragma once
// Lanes: the ways of spending attention, side by side, each in a card.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_lanes(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);

}  // namespace lab
