#pragma once
// Open a file, from a path or dropped on the window: a picture of the viewer's own becomes the probe, a saved run goes
// on, a text is learnt from.

#include <string>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// The dialog that asks for a path, while `view.picture.asked`.
void draw_open_picture(const Snapshot& snapshot, View& view, Commands& commands);

/// By what the file holds (file_kind.h). Throws Error when it is not there or a picture that cannot
/// be looked at.
void open_file(const std::string& path, const Snapshot& snapshot, Commands& commands);
/// "~/x" is the home folder's x.
std::string expanded_path(const std::string& path);

/// Reads the file and sends it as the probe. Throws Error when it cannot be read or nothing is loaded yet.
void look_at_picture(const std::string& path, const Snapshot& snapshot, Commands& commands);

}  // namespace lab
