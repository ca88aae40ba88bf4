#pragma once
// Open a picture: the viewer's own, from a path or dropped on the window, becomes the probe.

#include <string>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// The dialog that asks for a path, while `view.picture.asked`.
void draw_open_picture(const Snapshot& snapshot, View& view, Commands& commands);

/// Reads the file and sends it as the probe. Throws Error when it cannot be read or nothing is loaded yet.
void look_at_picture(const std::string& path, const Snapshot& snapshot, Commands& commands);

}  // namespace lab
