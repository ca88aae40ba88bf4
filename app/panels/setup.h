#pragma once
// Setup: the experiment's settings, and the lanes.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_setup(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures);

}  // namespace lab
