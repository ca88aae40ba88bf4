#pragma once
// A small table of figures: names at the left, a column for each lane, figures at the right of
// their column, faint rules between rows.

#include <imgui.h>

#include <string>
#include <vector>

namespace lab {

struct TableColumn {
  std::string name;
  ImU32 colour = 0;  // of the line under the name
};

struct TableRow {
  std::string name;
  std::vector<std::string> figures;  // one for each column
  std::string explanation;           // a tooltip
};

void figure_table(const std::vector<TableColumn>& columns, const std::vector<TableRow>& rows);

/// A lane's square, centred on `left`.
void draw_swatch(ImVec2 left, ImU32 colour);

/// A bar that fills `share` of its track.
void draw_bar(ImVec2 low, ImVec2 high, float share, ImU32 colour);

}  // namespace lab
