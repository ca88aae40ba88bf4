#pragma once
// The Step page: one training step of one lane opened up for one sample of its batch, stage by stage, from the input
// over the loss to the new weights. Three depths: what flows, its matrices, the arithmetic of one number.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_step(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);

}  // namespace lab
