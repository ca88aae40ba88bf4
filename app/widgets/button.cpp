#include "app/widgets/button.h"

#include "app/widgets/colours.h"
#include "app/widgets/text.h"
#include "app/widgets/theme.h"

namespace lab {
namespace {

constexpr float kIconWidth = 18;

struct Faces {
  ImU32 rest, hovered, held, ink, line;
};
constexpr Faces kPlain = {colour::kPanel, colour::kFieldHovered, colour::kTrack, colour::kText, colour::kLine};
constexpr Faces kPrimary = {colour::kAccent, colour::kAccentHovered, colour::kAccentActive, colour::kWhite,
                            colour::kAccent};

constexpr Faces kOffered = {colour::kPanel, colour::kFieldHovered, colour::kTrack, colour::kQuiet, colour::kLine};
constexpr Faces kTab = {colour::kPanel, colour::kFieldHovered, colour::kTrack, colour::kQuiet, colour::kPanel};
constexpr Faces kUnavailable = {colour::kPanel, colour::kPanel, colour::kPanel, colour::faded(colour::kQuiet, 150),
                                colour::kGrid};
constexpr Faces kTaken = {colour::kAccentSoft, colour::kAccentSoft, colour::kAccentSoft, colour::kAccent,
                          colour::kAccentSoft};

void draw_icon(ImVec2 centre, Icon icon, ImU32 ink) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float s = px(5.5f);
  if (icon == Icon::kPlay)
    list.AddTriangleFilled({centre.x - s * 0.8f, centre.y - s}, {centre.x + s, centre.y},
                           {centre.x - s * 0.8f, centre.y + s}, ink);
  for (const float side : {-0.55f, 0.55f})
    if (icon == Icon::kPause)
      list.AddRectFilled({centre.x + side * s - px(1.5f), centre.y - s}, {centre.x + side * s + px(1.5f), centre.y + s},
                         ink);
}

/// An invisible button of this size with a rounded face. True when it was clicked.
bool face(std::string_view id, ImVec2 size, const Faces& faces) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::PushID(id.data(), id.data() + id.size());
  const bool clicked = ImGui::InvisibleButton("button", size);
  ImGui::PopID();
  const ImU32 fill = ImGui::IsItemActive() ? faces.held : ImGui::IsItemHovered() ? faces.hovered : faces.rest;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float corner = ImGui::GetStyle().FrameRounding;
  list.AddRectFilled(at, {at.x + size.x, at.y + size.y}, fill, corner);
  const bool focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible;  // reached by the arrow keys
  list.AddRect(at, {at.x + size.x, at.y + size.y}, focused ? colour::kHoverLine : faces.line, corner, 0,
               focused ? px(2) : ImGui::GetStyle().FrameBorderSize);
  return clicked;
}

/// A face with a word on it; `room`: the space beside the word, and the height.
bool worded(const char* label, ImFont* font, ImVec2 room, const Faces& faces) {
  const ImVec2 at = ImGui::GetCursorScreenPos(), size = {text_width(label, font) + 2 * room.x, room.y};
  const bool clicked = face(label, size, faces);
  draw_text({at.x + room.x, at.y + (size.y - font->FontSize) / 2}, label, font, faces.ink);
  return clicked;
}

}  // namespace

float key_cap_width(std::string_view key) { return text_width(key, theme().caption) + px(9); }

float draw_key_cap(ImVec2 at, std::string_view key, ImU32 ink, ImU32 line) {
  const float width = key_cap_width(key), height = px(18);
  const ImVec2 low = {at.x, std::round(at.y - height / 2)};
  ImGui::GetWindowDrawList()->AddRect(low, {low.x + width, low.y + height}, line, px(4), 0, std::fmax(1.0f, px(1)));
  draw_text({low.x + px(4.5f), low.y + (height - theme().caption->FontSize) / 2}, key, theme().caption, ink);
  return width;
}

float button_width(std::string_view label, const ButtonStyle& style) {
  if (style.width > 0) return style.width;
  float width = 2 * px(12) + text_width(label, theme().body);
  if (style.icon != Icon::kNone) width += px(kIconWidth);
  if (!style.key.empty()) width += px(8) + key_cap_width(style.key);
  return width;
}

bool button(std::string_view label, const ButtonStyle& style) {
  const Faces& faces = style.primary ? kPrimary : kPlain;
  const ImVec2 at = ImGui::GetCursorScreenPos(), size = {button_width(label, style), ImGui::GetFrameHeight()};
  const bool clicked = face(label, size, faces);
  ButtonStyle natural = style;
  natural.width = 0;
  float x = at.x + px(12) + std::fmax(0.0f, (size.x - button_width(label, natural)) / 2);
  const float middle = at.y + size.y / 2;
  if (style.icon != Icon::kNone) draw_icon({x + px(6), middle}, style.icon, faces.ink), x += px(kIconWidth);
  draw_text({x, middle - theme().body->FontSize / 2}, label, theme().body, faces.ink, at.x + size.x - px(8) - x);
  x += text_width(label, theme().body) + px(8);
  if (!style.key.empty())
    draw_key_cap({x, middle}, style.key, style.primary ? faces.ink : colour::kQuiet,
                 style.primary ? colour::faded(colour::kWhite, 130) : colour::kLine);
  tooltip({style.tooltip, style.key.empty() ? style.tooltip_key : style.key});
  return clicked;
}

bool tabs(std::span<const Tab> all, int& open) {
  const int before = open;
  for (int i = 0; i < static_cast<int>(all.size()); ++i) {
    if (i > 0) ImGui::SameLine(0, px(4));
    const Faces& faces = i == open ? kTaken : kTab;
    if (worded(all[i].label, i == open ? theme().strong : theme().body, {px(14), ImGui::GetFrameHeight()}, faces))
      open = i;
    tooltip(all[i].tip);
  }
  return open != before;
}

bool chip(const char* label, bool on, Tip tip) {
  const bool clicked = worded(label, theme().caption, {px(7), px(22)}, on ? kTaken : kOffered);
  tooltip(tip);
  return clicked;
}

void unavailable_chip(const char* label, std::string_view why) {
  worded(label, theme().caption, {px(7), px(22)}, kUnavailable);
  tooltip(why);
}

void tooltip(const Tip& tip) {
  if (tip.sentence.empty() || !ImGui::IsItemHovered()) return;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {px(10), px(7)});
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(px(320));
  styled_text(tip.sentence, theme().caption, colour::kText);
  ImGui::PopTextWrapPos();
  if (!tip.key.empty()) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_text({at.x, at.y + px(3)}, "key", theme().caption, colour::kQuiet);
    const float x = at.x + text_width("key", theme().caption) + px(6);
    ImGui::Dummy({x - at.x + draw_key_cap({x, at.y + px(11)}, tip.key, colour::kText, colour::kLine), px(20)});
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

}  // namespace lab
