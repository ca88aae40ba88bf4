#pragma once
// The toolbar: train, pause, step, restart; where the run is; what is trained, how fast, from which seed.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// Draws it over the top of the current window and returns its height in real pixels.
float draw_toolbar(const Snapshot& snapshot, View& view, Commands& commands);

enum class StatusLine { kShort, kLong };
/// "step 400 · epoch 0.43 · 118 steps/s · CPU, 2 threads"; short, it leaves the epoch out.
std::string status_line(const Snapshot& snapshot, StatusLine length = StatusLine::kLong);

}  // namespace lab
