#pragma once
// Branch: the sheet that asks which lane goes on from then, and how.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// While `view.history.branching`.
void draw_branch_sheet(const Snapshot& snapshot, View& view, Commands& commands);

}  // namespace lab
