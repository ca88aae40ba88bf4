#include "app/widgets/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace lab {

void styled_text(std::string_view text, ImFont* font, ImU32 colour) {
  ImGui::PushFont(font);
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

void heading(std::string_view text) { styled_text(text, theme().heading, colour::kQuiet); }
void caption(std::string_view text) { styled_text(text, theme().caption, colour::kQuiet); }

void small_print(std::string_view text) {
  ImGui::PushTextWrapPos(0);
  caption(text);
  ImGui::PopTextWrapPos();
}

void trouble_print(std::string_view text) {
  ImGui::PushTextWrapPos(0);
  styled_text(text, theme().caption, colour::kTroubleText);
  ImGui::PopTextWrapPos();
}

float text_width(std::string_view text, ImFont* font) {
  return font->CalcTextSizeA(font->FontSize, 1e9f, 0, text.data(), text.data() + text.size()).x;
}

std::string shortened(std::string_view text, ImFont* font, float width) {
  if (text_width(text, font) <= width) return std::string(text);
  std::string result(text);
  while (!result.empty() && text_width(result + "…", font) > width) {
    do result.pop_back();
    while (!result.empty() && (result.back() & 0xC0) == 0x80);  // a whole UTF-8 character
    if (!result.empty() && (result.back() & 0xC0) == 0xC0) result.pop_back();
  }
  return result + "…";
}

void draw_text(ImVec2 at, std::string_view text, ImFont* font, ImU32 colour, float width) {
  const std::string shown = shortened(text, font, width);
  ImGui::GetWindowDrawList()->AddText(font, font->FontSize, {std::round(at.x), std::round(at.y)}, colour, shown.data(),
                                      shown.data() + shown.size());
}

void draw_text_right(ImVec2 right, std::string_view text, ImFont* font, ImU32 colour) {
  draw_text({right.x - text_width(text, font), right.y}, text, font, colour);
}

void draw_text_upwards(ImVec2 bottom, std::string_view text, ImFont* font, ImU32 colour, float length) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  // Set where ImGui cuts nothing off, then turned to its place.
  const ImVec2 set = {std::ceil(list.GetClipRectMin().x), std::ceil(list.GetClipRectMin().y)};
  const int first = list.VtxBuffer.Size;
  draw_text(set, text, font, colour, length);
  const ImVec2 at = {std::round(bottom.x), std::round(bottom.y)};
  for (ImDrawVert& vertex : std::span(list.VtxBuffer.Data + first, list.VtxBuffer.Data + list.VtxBuffer.Size))
    vertex.pos = {at.x + (vertex.pos.y - set.y), at.y - (vertex.pos.x - set.x)};
}

std::vector<std::string> wrapped(std::string_view text, ImFont* font, float width) {
  std::vector<std::string> lines(1);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string word(text.substr(at, end - at));
    const std::string longer = lines.back().empty() ? word : lines.back() + " " + word;
    if (lines.back().empty() || text_width(longer, font) <= width)
      lines.back() = longer;
    else
      lines.push_back(word);
    at = end + 1;
  }
  return lines;
}

std::string grouped(int64_t number) {
  std::string digits = std::to_string(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) digits.insert(at, ",");
  return digits;
}

std::string brief(double number) {
  const bool long_one = std::fabs(number) >= 999.5 && std::fabs(number) < 1e7;
  return long_one ? grouped(std::llround(number)) : fmt::format("{:.3g}", number);
}

}  // namespace lab
