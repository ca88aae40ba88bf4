#include "app/widgets/field.h"

#include <imgui.h>

#include <cmath>

#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kFieldWidth = 82, kArrow = 14;

void right_aligned(std::string_view text, ImVec2 low, ImVec2 high) {
  const std::string shown = shortened(text, theme().body, high.x - low.x - px(16));
  draw_text_right({high.x - px(8), low.y + (high.y - low.y - theme().body->FontSize) / 2}, shown, theme().body,
                  colour::kText);
}

void draw_standing_alone(std::string_view text, ImVec2 low, ImVec2 high) {
  const float s = px(3.5f), middle = (low.y + high.y) / 2;
  draw_text({low.x + px(10), middle - theme().body->FontSize / 2}, text, theme().body, colour::kText,
            high.x - low.x - px(30));
  const ImVec2 centre = {high.x - px(13), middle};
  ImGui::GetWindowDrawList()->AddTriangleFilled({centre.x - s, centre.y - s / 2}, {centre.x + s, centre.y - s / 2},
                                                {centre.x, centre.y + s}, colour::kQuiet);
}

void list_heading(std::string_view text, bool first) {
  if (!first) ImGui::Dummy({1, px(4)});
  styled_text(text, theme().heading, colour::kQuiet);
}

}  // namespace

float pick_width(std::string_view widest) { return text_width(widest, theme().body) + px(20 + kArrow); }

float field_row(std::string_view label, const Tip& tip) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, field = std::fmin(px(kFieldWidth), width / 2);
  const float height = ImGui::GetFrameHeight();
  draw_text({at.x, at.y + (height - theme().body->FontSize) / 2}, label, theme().body, colour::kText,
            width - field - px(6));
  ImGui::Dummy({width - field - px(6), height});
  tooltip(tip);
  ImGui::SameLine(0, px(6));
  return field;
}

int pick(const char* id, std::string_view shown, std::span<const std::string> options, int current, float width,
         const Tip& tip, bool arrow, std::span<const PickHeading> headings) {
  ImGui::PushID(id);
  int chosen = -1;
  ImGui::PushStyleColor(ImGuiCol_Button, arrow ? colour::kPanel : colour::kField);
  if (ImGui::Button("##pick", {width, 0})) ImGui::OpenPopup("list");
  ImGui::PopStyleColor();
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  if (arrow)
    draw_standing_alone(shown, low, high);
  else
    right_aligned(shown, low, high);
  tooltip(tip);
  ImGui::SetNextWindowSizeConstraints({width, 0}, {px(420), px(headings.empty() ? 360 : 560)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {px(8), px(8)});
  if (ImGui::BeginPopup("list")) {
    const std::string indent(headings.empty() ? 0 : 2, ' ');  // a click left of the words is one on them
    for (int i = 0; i < static_cast<int>(options.size()); ++i) {
      for (const PickHeading& heading : headings)
        if (heading.before == i) list_heading(heading.text, i == 0);
      if (ImGui::Selectable((indent + options[i]).c_str(), i == current)) chosen = i;
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
  ImGui::PopID();
  return chosen;
}

bool drag(const char* id, float& value, const DragStyle& style, float width, const Tip& tip) {
  // The drag centres its text: while it is not typed in, its own text is hidden and drawn at the right.
  bool& typing = *ImGui::GetStateStorage()->GetBoolRef(ImGui::GetID(id), false);
  const float before = value;
  const float speed = style.logarithmic ? std::fmax(value, style.low) * 0.01f : style.speed;
  ImGui::SetNextItemWidth(width);
  ImGui::PushStyleColor(ImGuiCol_Text, typing ? colour::kText : colour::faded(colour::kText, 0));
  const bool changed =
      ImGui::DragFloat(id, &value, speed, style.low, style.high, style.whole ? "%.0f" : "%.4g",
                       ImGuiSliderFlags_AlwaysClamp | (style.whole ? 0 : ImGuiSliderFlags_NoRoundToFormat));
  ImGui::PopStyleColor();
  if (style.whole) value = std::round(value);
  typing = ImGui::IsItemActive() && ImGui::GetIO().WantTextInput;
  if (!typing)
    right_aligned(style.whole ? grouped(std::lround(value)) : brief(value), ImGui::GetItemRectMin(),
                  ImGui::GetItemRectMax());
  if (!ImGui::IsItemActive()) tooltip({std::string(tip.sentence) + " Drag, or double-click to type.", tip.key});
  return changed && value != before;
}

}  // namespace lab
