#pragma once
// The Stages page: attention opened up for one head of one lane on the probe picture: Q and K become scores, scores
// become weights, weights mix the values. The pictures are the very buffers that the device used.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_stages(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);

/// Asks for the stages that the selection means while the page is open, and for none once it is closed; each
/// once. Call every frame.
void ask_for_stages(const Snapshot& snapshot, View& view, Commands& commands);

}  // namespace lab
