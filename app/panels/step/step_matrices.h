#pragma once
// The matrices of a stage as heat, side by side, with the names of the rows and columns under the mouse. A cell that a
// term of the formula was read from is lit.

#include "app/panels/step/step_scene.h"
#include "app/widgets/textures.h"

namespace lab {

/// Uploads what has changed.
void paint_matrices(const StepScene& scene, TextureStore& textures);

/// What every stage of the open one's group makes, as a strip in which the open one is lit and others can be clicked.
void paint_flow(const StepScene& scene, TextureStore& textures);
void draw_flow_strip(const StepScene& scene);

/// "layer 1 self_attn.in_proj_weight" of the update of that parameter; else its title.
std::string short_stage_title(const StepStage& stage);

/// At the cursor, in a row `height` real pixels tall at most, as wide as the window; `small`: as thumbnails.
void draw_matrices(const StepScene& scene, float height, bool small);

}  // namespace lab
