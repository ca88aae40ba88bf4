#pragma once
// Target canvas: the picture that is looked at, to paint on it where guidance sends attention, in every picture alike.
// Drag paints patches; with shift or the right button, it clears them.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

/// While the draft's guidance is painted. Changes go to the draft, and take effect at once.
void draw_target_canvas(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures);

/// Paints the patch that is looked at, or clears it.
void paint_looked_at(const Snapshot& snapshot, const Selection& selection, SetupState& setup, Commands& commands);

}  // namespace lab
