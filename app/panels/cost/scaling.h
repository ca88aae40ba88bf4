#pragma once
// The Scaling page: what attention costs as sequences grow, measured on this machine, on a log–log plot.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_scaling(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);

}  // namespace lab
