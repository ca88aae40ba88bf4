#include "app/widgets/fonts.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <span>

#include "core/text/utf8.h"

namespace lab {
namespace {

// Beyond Latin: punctuation (… – “ ”), superscripts, arrows, mathematics, geometric shapes, ticks.
constexpr ImWchar kRanges[] = {0x0020, 0x017F, 0x0391, 0x03C9, 0x2010, 0x2027, 0x2030, 0x203A, 0x2070, 0x209C, 0x2190,
                               0x2199, 0x21B5, 0x21B5, 0x21E5, 0x21E5, 0x2200, 0x2265, 0x25A0, 0x25CF, 0x2713, 0x2713,
                               0x2717, 0x2717, 0x1D40, 0x1D40, 0x1D62, 0x1D62, 0x2C7C, 0x2C7C, 0};

constexpr const char* kInterFolders[] = {"/usr/share/fonts/opentype/inter/", "/usr/share/fonts/truetype/inter/",
                                         "/usr/share/fonts/inter/"};
constexpr const char* kDejaVuFolder = "/usr/share/fonts/truetype/dejavu/";

// Each list: the first file that is installed is used.
constexpr const char* kChinese[] = {
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"};
constexpr const char* kEverything[] = {"/usr/share/fonts/opentype/unifont/unifont.otf",
                                       "/usr/share/fonts/truetype/unifont/unifont.ttf"};

/// Of the scripts that DejaVu has whole, and the forms of Arabic's letters.
bool is_in_dejavu(int32_t code_point) {
  const bool forms = (code_point >= 0xFB50 && code_point <= 0xFDFF) || (code_point >= 0xFE70 && code_point <= 0xFEFF);
  return code_point <= 0x06FF || forms;
}

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

std::string first_installed(std::span<const char* const> paths) {
  for (const char* path : paths)
    if (exists(path)) return path;
  return {};
}

struct FontFile {
  std::string path;
  int oversample;  // sideways; thousands of wide letters do without
};

/// Inter first; the others fill what is missing (ImGui keeps the first glyph of each character).
std::vector<FontFile> files_of(const Face& face, bool running_text) {
  std::vector<FontFile> files = {{find_inter(face.inter), 2}, {std::string(kDejaVuFolder) + face.dejavu, 2}};
  if (running_text) files.insert(files.end(), {{first_installed(kChinese), 1}, {first_installed(kEverything), 1}});
  std::erase_if(files, [](const FontFile& file) { return !exists(file.path); });
  return files;
}

ImFont* add_font(ImFontAtlas& atlas, const std::vector<FontFile>& files, float pixels, const ImWchar* ranges) {
  ImFontConfig config;
  config.OversampleV = 1;
  config.PixelSnapH = false;
  ImFont* font = nullptr;
  for (const auto& [path, oversample] : files) {
    config.OversampleH = oversample;
    config.MergeMode = font != nullptr;
    ImFont* added = atlas.AddFontFromFileTTF(path.c_str(), pixels, &config, ranges);
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

/// Marks stand on the letter before them: where a font has a mark to the right of that letter, as Hebrew's are for
/// programs that set from the right, it moves back to the middle of an average one.
void put_marks_on_letters(ImFont& font) {
  constexpr float kAverageLetter = 0.52f;  // of a line
  for (ImFontGlyph& glyph : font.Glyphs) {
    if (!is_mark(static_cast<int32_t>(glyph.Codepoint))) continue;
    const float width = glyph.X1 - glyph.X0, middle = (glyph.X0 + glyph.X1) / 2;
    if (middle >= 0) glyph.X0 = -(kAverageLetter * font.FontSize + width) / 2, glyph.X1 = glyph.X0 + width;
    glyph.AdvanceX = 0;
  }
  font.BuildLookupTable();
}

}  // namespace

const ImWchar* font_ranges() { return kRanges; }

std::vector<std::string> text_font_files() {
  std::vector<std::string> paths;
  for (const FontFile& file : files_of(kRegular, true)) paths.push_back(file.path);
  return paths;
}

Theme load_theme_fonts(ImFontAtlas& atlas, float scale, const Characters& characters) {
  atlas.Clear();
  std::vector<ImWchar> more(std::begin(kRanges), std::prev(std::end(kRanges)));  // of running text
  const std::vector<ImWchar> extra = characters.ranges();
  more.insert(more.end(), extra.begin(), extra.end());
  const bool wide = !std::ranges::all_of(characters.all(), is_in_dejavu);
  const auto add = [&](const Face& face, float logical, bool running_text) {
    return add_font(atlas, files_of(face, running_text && wide), std::round(logical * scale),
                    running_text ? more.data() : kRanges);
  };
  Theme theme;
  theme.scale = scale;
  // Inter's letters fill less of their line than most: 18 px of line are 15 px of CSS.
  theme.body = add(kRegular, 18, true);
  theme.strong = add(kSemiBold, 18, true);
  theme.caption = add(kRegular, 15, true);
  theme.heading = add(kSemiBold, 15.5f, false);
  theme.title = add(kSemiBold, 20, false);
  atlas.Build();
  for (ImFont* font : atlas.Fonts) make_figures_tabular(*font), put_marks_on_letters(*font);
#if IMGUI_VERSION_NUM < 19200
  atlas.ClearInputData();  // the files' bytes, which a finished atlas needs no more
#endif
  return theme;
}

}  // namespace lab
