#include "app/widgets/fonts.h"

#include <algorithm>
#include <filesystem>
#include <string>

namespace lab {
namespace {

// Beyond Latin: punctuation (… – “ ”), superscripts, arrows, mathematics, geometric shapes, ticks.
constexpr ImWchar kRanges[] = {0x0020, 0x017F, 0x2010, 0x2027, 0x2030, 0x203A, 0x2070, 0x209C, 0x2190,
                               0x2199, 0x2200, 0x2265, 0x25A0, 0x25CF, 0x2713, 0x2713, 0x2717, 0x2717,
                               0x1D40, 0x1D40, 0x1D62, 0x1D62, 0x2C7C, 0x2C7C, 0};

constexpr const char* kInterFolders[] = {"/usr/share/fonts/opentype/inter/", "/usr/share/fonts/truetype/inter/",
                                         "/usr/share/fonts/inter/"};
constexpr const char* kDejaVuFolder = "/usr/share/fonts/truetype/dejavu/";

struct Face {
  const char* inter;
  const char* dejavu;
};
constexpr Face kRegular = {"Inter-Regular.otf", "DejaVuSans.ttf"};
constexpr Face kSemiBold = {"Inter-SemiBold.otf", "DejaVuSans-Bold.ttf"};

bool exists(const std::string& path) {
  std::error_code trouble;
  return std::filesystem::is_regular_file(path, trouble);
}

std::string find_inter(const char* file) {
  for (const char* folder : kInterFolders)
    if (exists(std::string(folder) + file)) return std::string(folder) + file;
  return {};
}

/// Inter first; DejaVu fills what is missing (ImGui keeps the first glyph of each character).
ImFont* add_font(ImFontAtlas& atlas, const Face& face, float pixels) {
  ImFontConfig config;
  config.OversampleH = 2;
  config.OversampleV = 1;
  config.PixelSnapH = false;
  ImFont* font = nullptr;
  for (const std::string& path : {find_inter(face.inter), std::string(kDejaVuFolder) + face.dejavu}) {
    if (!exists(path)) continue;
    config.MergeMode = font != nullptr;
    ImFont* added = atlas.AddFontFromFileTTF(path.c_str(), pixels, &config, kRanges);
    if (font == nullptr) font = added;
  }
  if (font != nullptr) return font;
  config.MergeMode = false;
  config.SizePixels = pixels;
  return atlas.AddFontDefault(&config);
}

/// Gives the ten digits one width, so that columns of numbers line up.
void make_figures_tabular(ImFont& font) {
  const auto is_digit = [](const ImFontGlyph& glyph) { return glyph.Codepoint >= '0' && glyph.Codepoint <= '9'; };
  float widest = 0;
  for (const ImFontGlyph& glyph : font.Glyphs)
    if (is_digit(glyph)) widest = std::max(widest, glyph.AdvanceX);
  for (ImFontGlyph& glyph : font.Glyphs) {
    if (!is_digit(glyph)) continue;
    const float shift = (widest - glyph.AdvanceX) / 2;
    glyph.X0 += shift;
    glyph.X1 += shift;
    glyph.AdvanceX = widest;
  }
  font.BuildLookupTable();
}

}  // namespace

const ImWchar* font_ranges() { return kRanges; }

Theme load_theme_fonts(ImFontAtlas& atlas, float scale) {
  atlas.Clear();
  const auto size = [scale](float logical) { return std::round(logical * scale); };
  Theme theme;
  theme.scale = scale;
  // Inter's letters fill less of their line than most: 18 px of line are 15 px of CSS.
  theme.body = add_font(atlas, kRegular, size(18));
  theme.strong = add_font(atlas, kSemiBold, size(18));
  theme.caption = add_font(atlas, kRegular, size(15));
  theme.heading = add_font(atlas, kSemiBold, size(15.5f));
  theme.title = add_font(atlas, kSemiBold, size(20));
  atlas.Build();
  for (ImFont* font : atlas.Fonts) make_figures_tabular(*font);
  return theme;
}

}  // namespace lab
