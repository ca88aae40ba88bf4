#pragma once
// What flows: what every stage of the open one's group makes, as a strip in which the open one is lit and others can be
// clicked.

#include <string>

#include "app/panels/step/step_scene.h"
#include "app/widgets/textures.h"

namespace lab {

/// Uploads what has changed.
void paint_flow(const StepScene& scene, TextureStore& textures);
/// At the cursor, as wide as the window.
void draw_flow_strip(const StepScene& scene);

/// "layer 1 self_attn.in_proj_weight" of the update of that parameter; else its title.
std::string short_stage_title(const StepStage& stage);

}  // namespace lab
