#pragma once
// The chain of stages, from the input to the new weights, with the open one lit. Groups other than the open one are
// folded where the window is too low for all.

#include "app/panels/step/step_scene.h"

namespace lab {

/// As tall as the window.
void draw_chain(const StepScene& scene);

}  // namespace lab
