#pragma once
// Lane editor: the pattern of one lane and its number, its strategy and score, and a picture of which pairs exist.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

/// A small page over Setup while `setup.edited_lane` is one. Changes go to the draft.
void draw_lane_editor(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures);

}  // namespace lab
