#pragma once
// The fonts: Inter (Debian's fonts-inter), with DejaVu Sans for the few symbols it lacks, at
// real pixel sizes. Where neither is installed, ImGui's own font stands in.

#include <imgui.h>

#include "app/widgets/theme.h"

namespace lab {

/// Clears and builds the atlas with every font of the theme at this scale. Figures are tabular.
Theme load_theme_fonts(ImFontAtlas& atlas, float scale);

/// The characters in the atlas, as ImGui's pairs of first and last, ended by 0.
const ImWchar* font_ranges();

}  // namespace lab
