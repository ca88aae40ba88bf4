#include "app/window/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "app/widgets/colours.h"
#include "app/widgets/theme.h"
#include "app/window/drawn.h"
#include "app/window/png.h"

namespace lab {
namespace {

constexpr int kMostCells = 16384;
constexpr float kLineToSize = 1.21f;  // a line of Inter is so much higher than its size: (ascender − descender) / em

/// At most two decimals: "12", "0.5", "-3.25".
std::string number(float value) {
  std::string text = fmt::format("{:.2f}", std::round(value * 100) / 100 + 0.0f);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string hex(ImU32 colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour >> IM_COL32_R_SHIFT & 255, colour >> IM_COL32_G_SHIFT & 255,
                     colour >> IM_COL32_B_SHIFT & 255);
}

/// fill="#0b5fb0" or stroke="…", with its opacity where it has one.
std::string paint(const char* what, ImU32 colour) {
  const unsigned alpha = colour >> IM_COL32_A_SHIFT & 255;
  const std::string opacity =
      alpha == 255 ? "" : fmt::format(" {}-opacity=\"{}\"", what, number(static_cast<float>(alpha) / 255));
  return fmt::format(" {}=\"{}\"{}", what, hex(colour), opacity);
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char letter : text)
    result += letter == '&'   ? "&amp;"
              : letter == '<' ? "&lt;"
              : letter == '>' ? "&gt;"
              : letter == '"' ? "&quot;"
                              : std::string(1, letter);
  return result;
}

std::string path_of(const std::vector<ImVec2>& points, bool closed) {
  std::string path;
  for (const ImVec2& point : points)
    path += fmt::format("{}{} {}",
                        path.empty()                  ? "M"
                        : path.find('L') == path.npos ? "L"
                                                      : " ",
                        number(point.x), number(point.y));
  return path + (closed ? "Z" : "");
}

bool is_upright(const std::vector<ImVec2>& c) {
  return c.size() == 4 && c[0].y == c[1].y && c[1].x == c[2].x && c[2].y == c[3].y && c[3].x == c[0].x;
}

std::string base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (size_t j = 0; j < 4; ++j) text += i + j > bytes.size() ? '=' : kDigits[group >> (18 - 6 * j) & 63];
  }
  return text;
}

/// Runs of equal pixels as one path a colour, in units of a pixel; below them the most frequent colour.
std::string cells_of(const TexturePixels& pixels) {
  std::map<Rgba, std::pair<int, std::string>> of_colour;  // how many pixels, and their path
  for (int y = 0; y < pixels.height; ++y)
    for (int x = 0, end = 0; x < pixels.width; x = end) {
      const Rgba* row = pixels.pixels.data() + static_cast<size_t>(y) * pixels.width;
      for (end = x + 1; end < pixels.width && row[end] == row[x];) ++end;
      auto& [count, path] = of_colour[row[x]];
      count += end - x;
      path += fmt::format("M{} {}h{}v1h-{}z", x, y, end - x, end - x);
    }
  const auto ground = std::max_element(of_colour.begin(), of_colour.end(),
                                       [](const auto& a, const auto& b) { return a.second.first < b.second.first; });
  std::string cells = fmt::format("<path fill=\"{}\" d=\"M0 0h{}v{}h-{}z\"/>", hex(ground->first), pixels.width,
                                  pixels.height, pixels.width);
  for (const auto& [colour, counted] : of_colour)
    if (colour != ground->first) cells += fmt::format("<path fill=\"{}\" d=\"{}\"/>", hex(colour), counted.second);
  return cells;
}

class Writer {
 public:
  Writer(const ScreenPart& part, const TextureStore& textures) : part_(part), textures_(textures) {}

  void add(const Drawn& thing) {
    if (thing.high.x <= part_.low.x || thing.low.x >= part_.high.x || thing.high.y <= part_.low.y ||
        thing.low.y >= part_.high.y)
      return;
    colour_ = thing.colour;
    const std::string element = std::visit([&](const auto& what) { return write(what); }, thing.what);
    if (!element.empty()) body_ += clipped(thing, element) + "\n";
  }

  std::string text(const std::string& title) const {
    const float width = part_.high.x - part_.low.x, height = part_.high.y - part_.low.y;
    const std::string box =
        fmt::format("{} {} {} {}", number(part_.low.x), number(part_.low.y), number(width), number(height));
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"{}\" "
        "font-family=\"Inter, 'DejaVu Sans', sans-serif\" "
        "style=\"font-variant-numeric:tabular-nums\">\n<title>{}</title>\n<defs>{}</defs>\n"
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>\n{}</svg>\n",
        number(width), number(height), box, escaped(title), clips_text_, number(part_.low.x), number(part_.low.y),
        number(width), number(height), paint("fill", colour::kPanel), body_);
  }

 private:
  static std::string rectangle(ImVec2 low, ImVec2 high) {
    return fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", number(low.x), number(low.y),
                       number(high.x - low.x), number(high.y - low.y));
  }

  std::string write(const DrawnOutline& outline) const {
    if (is_upright(outline.corners))
      return rectangle(outline.corners[0], outline.corners[2]) + paint("fill", colour_) + "/>";
    return fmt::format("<path{} d=\"{}\"/>", paint("fill", colour_), path_of(outline.corners, true));
  }
  std::string write(const DrawnLine& line) const {
    return fmt::format("<path fill=\"none\"{} stroke-width=\"{}\" stroke-linejoin=\"round\" d=\"{}\"/>",
                       paint("stroke", colour_), number(line.width), path_of(line.points, line.closed));
  }
  // As long as on the screen, whatever font is there.
  std::string write(const DrawnWords& words) const {
    const bool bold = words.font == theme().strong || words.font == theme().heading || words.font == theme().title;
    return fmt::format(
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{} textLength=\"{}\" "
        "lengthAdjust=\"spacingAndGlyphs\"{} xml:space=\"preserve\">{}</text>",
        number(words.at.x), number(words.at.y), number(words.size / kLineToSize), bold ? " font-weight=\"600\"" : "",
        number(words.width), paint("fill", colour_), escaped(words.text));
  }
  std::string write(const DrawnPicture& picture) const {
    const TexturePixels pixels = textures_.read(picture.texture);
    if (pixels.pixels.empty()) return "";
    const float width = picture.high.x - picture.low.x, height = picture.high.y - picture.low.y;
    if (pixels.width * pixels.height > kMostCells)
      return fmt::format(
          "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" "
          "style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>",
          number(picture.low.x), number(picture.low.y), number(width), number(height),
          base64(png_of(pixels.width, pixels.height, rgb_of(pixels))));
    return fmt::format("<g shape-rendering=\"crispEdges\" transform=\"translate({} {}) scale({} {})\">{}</g>",
                       number(picture.low.x), number(picture.low.y), width / static_cast<float>(pixels.width),
                       height / static_cast<float>(pixels.height), cells_of(pixels));
  }

  static std::vector<uint8_t> rgb_of(const TexturePixels& pixels) {
    std::vector<uint8_t> rgb;
    for (const Rgba pixel : pixels.pixels)
      for (const int shift : {0, 8, 16}) rgb.push_back(static_cast<uint8_t>(pixel >> shift & 255));
    return rgb;
  }

  std::string clipped(const Drawn& thing, const std::string& element) {
    const ImVec4& clip = thing.clip;
    if (thing.low.x >= clip.x - 1 && thing.low.y >= clip.y - 1 && thing.high.x <= clip.z + 1 &&
        thing.high.y <= clip.w + 1)
      return element;
    const auto [found, fresh] = clips_.try_emplace(std::tuple(clip.x, clip.y, clip.z, clip.w), clips_.size() + 1);
    if (fresh)
      clips_text_ += fmt::format("<clipPath id=\"c{}\">{}/></clipPath>", found->second,
                                 rectangle({clip.x, clip.y}, {clip.z, clip.w}));
    return fmt::format("<g clip-path=\"url(#c{})\">{}</g>", found->second, element);
  }

  const ScreenPart part_;
  const TextureStore& textures_;
  ImU32 colour_ = 0;
  std::string body_, clips_text_;
  std::map<std::tuple<float, float, float, float>, size_t> clips_;
};

}  // namespace

PlainEdges::PlainEdges() : lines_(ImGui::GetStyle().AntiAliasedLines), fill_(ImGui::GetStyle().AntiAliasedFill) {
  ImGui::GetStyle().AntiAliasedLines = ImGui::GetStyle().AntiAliasedFill = false;
}

PlainEdges::~PlainEdges() {
  ImGui::GetStyle().AntiAliasedLines = lines_;
  ImGui::GetStyle().AntiAliasedFill = fill_;
}

std::string svg_of(const ImDrawData& data, const ScreenPart& part, const std::string& title,
                   const TextureStore& textures) {
  Writer writer(part, textures);
  for (const Drawn& thing : drawn_things(data, *ImGui::GetIO().Fonts)) writer.add(thing);
  return writer.text(title);
}

}  // namespace lab
