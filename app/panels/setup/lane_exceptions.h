#pragma once
// Lane exceptions: which heads and layers of the edited lane do otherwise than the rest, and which of these the editor
// is about.

#include <functional>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

void draw_exceptions(SetupState& setup, Commands& commands);

/// Changes the lane in the editor.
void change_lane(SetupState& setup, Commands& commands, const std::function<void(Lane&)>& change);

/// Chips follow each other, and begin a new line where there is no room.
bool flowing_chip(bool first, std::string_view label, bool on, std::string_view sentence);

}  // namespace lab
