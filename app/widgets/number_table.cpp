#include "app/widgets/number_table.h"

#include <algorithm>

#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kGap = 18, kLeast = 58, kRow = 24, kHead = 22, kBar = 4;

struct Layout {
  ImFont* font;
  float names, column;  // widths

  float width(const NumberTable& table) const { return names + column * static_cast<float>(table.columns.size()); }
};

Layout lay_out(const NumberTable& table, ImFont* font, float gap) {
  Layout layout = {font, 0, px(kLeast)};
  for (const std::string& name : table.rows) layout.names = std::max(layout.names, text_width(name, font));
  for (const std::string& name : table.columns)
    layout.column = std::max(layout.column, text_width(name, theme().caption));
  for (const std::string& figure : table.figures) layout.column = std::max(layout.column, text_width(figure, font));
  layout.column += gap;
  return layout;
}

bool in_corner(const NumberTable& table, const Layout& layout) {
  return text_width(table.title, theme().caption) <= layout.names + px(kGap);
}

void draw_head(const NumberTable& table, const Layout& layout) {
  if (!in_corner(table, layout)) {
    caption(table.title);
    ImGui::Dummy({1, px(5)});
  }
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (in_corner(table, layout)) draw_text(at, table.title, theme().caption, colour::kQuiet);
  for (size_t column = 0; column < table.columns.size(); ++column)
    draw_text_right({at.x + layout.names + layout.column * static_cast<float>(column + 1), at.y}, table.columns[column],
                    theme().caption, colour::kQuiet);
  ImGui::Dummy({layout.width(table), px(kHead)});
}

void draw_row(const NumberTable& table, const Layout& layout, size_t row) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float bar = table.shares.empty() ? 0 : px(kBar), height = px(kRow) + (bar > 0 ? bar + px(3) : 0);
  const float text = at.y + (px(kRow) - layout.font->FontSize) / 2;
  ImGui::GetWindowDrawList()->AddLine(at, {at.x + layout.width(table), at.y}, colour::kGrid);
  draw_text({at.x, text}, table.rows[row], layout.font, colour::kQuiet);
  for (size_t column = 0; column < table.columns.size(); ++column) {
    const size_t cell = row * table.columns.size() + column;
    const float right = at.x + layout.names + layout.column * static_cast<float>(column + 1);
    draw_text_right({right, text}, table.figures[cell], layout.font, colour::kText);
    if (bar > 0)
      draw_bar({right - layout.column + px(kGap), at.y + px(kRow) - px(1)}, {right, at.y + px(kRow) - px(1) + bar},
               static_cast<float>(table.shares[cell]), colour::kAccent);
  }
  ImGui::Dummy({layout.width(table), height});
}

}  // namespace

float number_table_width(const NumberTable& table) { return lay_out(table, theme().body, px(kGap)).width(table); }

void number_table(const NumberTable& table, float room) {
  Layout layout = lay_out(table, theme().body, px(kGap));
  if (layout.width(table) > room) layout = lay_out(table, theme().caption, px(kGap / 2));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  draw_head(table, layout);
  for (size_t row = 0; row < table.rows.size(); ++row) draw_row(table, layout, row);
  ImGui::PopStyleVar();
  ImGui::Dummy({1, px(4)});
}

}  // namespace lab
