#pragma once
// The fonts: Inter (Debian's fonts-inter), with DejaVu Sans for what it lacks, and for Chinese, Japanese and Korean the
// first of a short list that is installed (fonts-wqy-microhei), at real pixel sizes. Where none is, ImGui's own font
// stands in.

#include <imgui.h>

#include <string>
#include <vector>

#include "app/widgets/characters.h"
#include "app/widgets/theme.h"

namespace lab {

/// Clears and builds the atlas with every font of the theme at this scale, those of running text with `characters` too.
/// Figures are tabular.
Theme load_theme_fonts(ImFontAtlas& atlas, float scale, const Characters& characters = {});

/// The characters that are always in the atlas, as ImGui's pairs of first and last, ended by 0.
const ImWchar* font_ranges();

/// The files that fonts of running text are made of, in the order in which they are asked for a character.
std::vector<std::string> text_font_files();

}  // namespace lab
