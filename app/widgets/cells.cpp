#include "app/widgets/cells.h"

#include <algorithm>
#include <cmath>

#include "app/widgets/colours.h"
#include "app/widgets/theme.h"

namespace lab {

Cells::Cells(const char* id, ImTextureID texture, ImVec2 size, int rows, int columns, ImGuiButtonFlags buttons)
    : low_(ImGui::GetCursorScreenPos()), size_(size), rows_(rows), columns_(columns) {
  ImGui::GetWindowDrawList()->AddImage(texture, low_, {low_.x + size.x, low_.y + size.y});
  const bool clicked = ImGui::InvisibleButton(id, size, buttons), held = ImGui::IsItemActive();
  if (!ImGui::IsItemHovered() && !held) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const auto place = [](float at, int count) {
    return static_cast<int>(std::clamp(at * count, 0.0f, static_cast<float>(count - 1)));
  };
  const Cell at = {place((mouse.y - low_.y) / size.y, rows), place((mouse.x - low_.x) / size.x, columns)};
  if (held) held_ = at;
  if (!ImGui::IsItemHovered()) return;
  hovered_ = at;
  if (clicked) clicked_ = at;
}

ImVec2 Cells::corner(int row, int column) const {
  return {std::round(low_.x + size_.x * static_cast<float>(column) / static_cast<float>(columns_)),
          std::round(low_.y + size_.y * static_cast<float>(row) / static_cast<float>(rows_))};
}

void Cells::outline(Cell first, int height, int width) const {
  const ImVec2 a = corner(first.row, first.column), b = corner(first.row + height, first.column + width);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float line = std::fmax(1.0f, px(1));  // outside the cells, which may be thin
  list.AddRect({a.x - 2 * line, a.y - 2 * line}, {b.x + 2 * line, b.y + 2 * line}, colour::kWhite, 0, 0, line);
  list.AddRect({a.x - line, a.y - line}, {b.x + line, b.y + line}, colour::kBlack, 0, 0, line);
}

// Light over dark, so that it shows on any colour.
void Cells::edge(Cell from, Cell to, bool under) const {
  const ImVec2 a = corner(from.row, from.column), b = corner(to.row, to.column);
  ImGui::GetWindowDrawList()->AddLine(a, b, under ? colour::kBlack : colour::kWhite, px(under ? 4.0f : 2.0f));
}

void Cells::light(Cell cell) const {
  const ImVec2 a = corner(cell.row, cell.column), b = corner(cell.row + 1, cell.column + 1);
  const float line = px(2);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRect({a.x - line, a.y - line}, {b.x + line, b.y + line}, colour::kHoverLine, px(2), 0, line);
  list.AddRect({a.x - 2 * line, a.y - 2 * line}, {b.x + 2 * line, b.y + 2 * line}, colour::kHover, px(3), 0, line);
}

void Cells::grid(ImU32 colour) const {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (int row = 1; row < rows_; ++row) list.AddLine(corner(row, 0), corner(row, columns_), colour);
  for (int column = 1; column < columns_; ++column) list.AddLine(corner(0, column), corner(rows_, column), colour);
}

}  // namespace lab
