#pragma once
// Save: the sheet that asks where the run is written to, so that it can be opened again exactly as it was left.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// While `view.history.saving`.
void draw_save_run(const Snapshot& snapshot, View& view, Commands& commands);

}  // namespace lab
