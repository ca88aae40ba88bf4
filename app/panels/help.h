#pragma once
// Help: the sheet of all keys, from the table in keys.cpp.

#include "app/panels/view.h"

namespace lab {

/// Draws the sheet while `view.help` is set; Esc, a click outside or ? closes it.
void draw_help(View& view);

}  // namespace lab
