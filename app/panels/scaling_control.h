#pragma once
// What the viewer can ask of the Scaling page, by mouse or key, and how it goes on between frames. Training pauses
// while it measures, since both would share the processors, and goes on afterwards.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// Starts measuring the lanes of the experiment, or stops what is under way.
void measure_or_stop(const Snapshot& snapshot, View& view, Commands& commands);
/// Once a frame, whichever page is open: begins once training has paused, and lets it go on at the end.
void follow_scaling(const Snapshot& snapshot, View& view, Commands& commands);

/// Whether a measurement is under way, or about to be.
bool measuring(const ScalingState& state);
/// The last result; null: none yet.
ScalingResultPtr scaling_result(const ScalingState& state);
/// The time forward, the time with gradients, the memory, and again.
void next_quantity(ScalingState& state);

}  // namespace lab
