#pragma once
// Drawing: a canvas of the data set's own size, beside the lanes. Every stroke is looked at as it is drawn: the lanes
// answer at once. Shift or the right button rubs out.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

/// A window of its own, while it is open; nothing where the data set has texts.
void draw_drawing(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);

/// Opens it on an empty picture of the data set's size, or closes it.
void open_or_close_drawing(const Snapshot& snapshot, DrawingState& state);

/// Paints along a line, or rubs out; from and to in pixels of the picture, as real numbers.
void stroke(DrawingState& state, float from_column, float from_row, float to_column, float to_row, bool rub_out);

}  // namespace lab
