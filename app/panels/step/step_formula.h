#pragma once
// The arithmetic of one number, with the real numbers in it: pointing at one lights the cell it was read from, and
// pointing at a cell lights its numbers here.

#include "app/panels/step/step_scene.h"

namespace lab {

/// At the cursor, in a box as wide as the window.
void draw_formula(const StepScene& scene);

}  // namespace lab
