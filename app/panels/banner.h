#pragma once
// Banner: one bar under the toolbar for what the viewer should know or decide now: changes that
// wait for a restart, trouble, a notice. Nothing when there is nothing.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

void draw_banner(const Snapshot& snapshot, View& view, Commands& commands);

/// What the snapshot has to say, if anything.
const std::string& notice(const Snapshot& snapshot);

}  // namespace lab
