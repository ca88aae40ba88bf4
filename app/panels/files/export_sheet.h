#pragma once
// Export: the sheet that asks which panel is written, as what, and where to.

#include "app/panels/view.h"

namespace lab {

/// While `view.exporting.asked`.
void draw_export_sheet(View& view);

}  // namespace lab
