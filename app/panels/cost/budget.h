#pragma once
// Budget: where attention is best spent on this task. Every lane, every pinned standing and every setting of a sweep is
// a point: what it has learnt against what it costs.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_budget(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);

}  // namespace lab
