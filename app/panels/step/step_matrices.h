#pragma once
// The matrices of a stage as heat, side by side, with the names of the rows and columns, and the numbers themselves
// where there is room. A cell that a term of the formula was read from is lit.

#include <vector>

#include "app/panels/step/step_scene.h"
#include "app/widgets/colour_map.h"
#include "app/widgets/textures.h"

namespace lab {

/// [rows, columns] the colours of a stage's matrix.
std::vector<Rgba> matrix_pixels(const StepScene& scene, const StepStage& stage, const StepMatrix& matrix);

/// Uploads what has changed.
void paint_matrices(const StepScene& scene, TextureStore& textures);

/// At the cursor, in a row `height` real pixels tall at most, as wide as the window; `small`: as thumbnails.
void draw_matrices(const StepScene& scene, float height, bool small);

}  // namespace lab
