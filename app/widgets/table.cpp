#include "app/widgets/table.h"

#include <algorithm>

#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kHead = 24, kRow = 24;

float name_width(const std::vector<TableRow>& rows) {
  float width = 0;
  for (const TableRow& row : rows) width = std::max(width, text_width(row.name, theme().body));
  return std::min(width + px(6), ImGui::GetContentRegionAvail().x * 0.48f);
}

void draw_names(const std::vector<TableColumn>& columns, ImVec2 at, float first, float width) {
  for (size_t i = 0; i < columns.size(); ++i) {
    const float right = at.x + first + width * static_cast<float>(i + 1);
    const std::string name = shortened(columns[i].name, theme().caption, width - px(4));
    draw_text_right({right, at.y}, name, theme().caption, colour::kText);
    ImGui::GetWindowDrawList()->AddRectFilled({right - text_width(name, theme().caption), at.y + px(18)},
                                              {right, at.y + px(21)}, columns[i].colour);
  }
  ImGui::Dummy({1, px(kHead)});
}

void draw_row(const TableRow& row, float first, float width, float whole) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float text_y = at.y + (px(kRow) - theme().body->FontSize) / 2;
  ImGui::GetWindowDrawList()->AddLine({at.x, at.y}, {at.x + whole, at.y}, colour::kGrid);
  draw_text({at.x, text_y}, row.name, theme().body, colour::kText, first - px(4));
  for (size_t i = 0; i < row.figures.size(); ++i)
    draw_text_right({at.x + first + width * static_cast<float>(i + 1), text_y}, row.figures[i], theme().body,
                    colour::kText);
  ImGui::Dummy({whole, px(kRow)});
  if (!row.explanation.empty()) tooltip(row.explanation);
}

}  // namespace

void draw_swatch(ImVec2 left, ImU32 colour) {
  const float size = px(10);
  const ImVec2 low = {std::round(left.x), std::round(left.y - size / 2)};
  ImGui::GetWindowDrawList()->AddRectFilled(low, {low.x + size, low.y + size}, colour, px(2.5f));
}

void draw_bar(ImVec2 low, ImVec2 high, float share, ImU32 colour) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(low, high, colour::kTrack, px(2));
  const float end = low.x + (high.x - low.x) * std::clamp(share, 0.0f, 1.0f);
  if (end - low.x >= 1) list.AddRectFilled(low, {end, high.y}, colour, px(2));
}

void figure_table(const std::vector<TableColumn>& columns, const std::vector<TableRow>& rows) {
  const float whole = ImGui::GetContentRegionAvail().x, first = name_width(rows);
  const float width = (whole - first) / static_cast<float>(std::max<size_t>(columns.size(), 1));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  draw_names(columns, ImGui::GetCursorScreenPos(), first, width);
  for (const TableRow& row : rows) draw_row(row, first, width, whole);
  ImGui::PopStyleVar();
}

}  // namespace lab
