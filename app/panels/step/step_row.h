#pragma once
// One query's row becoming weights, and weights becoming a mixed value: a line for each key, with its score as a bar,
// e to its power, its share, and what it brings; the same row in the other lanes; and the way back through the softmax.

#include "app/panels/step/step_scene.h"
#include "app/widgets/textures.h"

namespace lab {

/// Whether the open stage is one of those between a query's scores and what is mixed, or the softmax's way back.
bool shows_row(const StepScene& scene);
/// Uploads the picture with the query's weights.
void paint_row(const StepScene& scene, TextureStore& textures);
/// At the cursor, `height` real pixels tall at most.
void draw_row(const StepScene& scene, float height);

/// The row of the same query in all lanes; nothing where there is one lane only.
void draw_row_in_lanes(const StepScene& scene);
float row_in_lanes_height(const StepScene& scene);

}  // namespace lab
