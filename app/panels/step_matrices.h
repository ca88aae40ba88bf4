#pragma once
// The matrices of a stage as heat, side by side, with the names of the rows and columns under the mouse. A cell that a
// term of the formula was read from is lit.

#include "app/panels/step_scene.h"
#include "app/widgets/textures.h"

namespace lab {

/// Uploads what has changed.
void paint_matrices(const StepScene& scene, TextureStore& textures);

/// At the cursor, in a row `height` real pixels tall at most, as wide as the window; `small`: as thumbnails.
void draw_matrices(const StepScene& scene, float height, bool small);

}  // namespace lab
