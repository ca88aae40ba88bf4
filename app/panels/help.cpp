#include "app/panels/help.h"

#include <algorithm>

#include "app/panels/keys.h"
#include "app/panels/sheet.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kRow = 23, kKeys = 112;

void draw_binding(const KeyBinding& binding) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float middle = at.y + px(kRow / 2);
  float x = at.x;
  for (const Key& key : binding.used()) x += draw_key_cap({x, middle}, key.name, colour::kText, colour::kLine) + px(4);
  const float meaning = std::max(at.x + px(kKeys), x + px(4));
  draw_text({meaning, middle - theme().body->FontSize / 2}, binding.meaning, theme().body, colour::kText,
            at.x + ImGui::GetContentRegionAvail().x - meaning);
  ImGui::Dummy({1, px(kRow)});
}

/// Whole groups, as many as make the column half of all lines or more.
size_t draw_column(std::span<const KeyBinding> bindings, size_t from, size_t lines) {
  size_t i = from;
  for (; i < bindings.size(); ++i) {
    const bool starts = i == from || bindings[i].group != bindings[i - 1].group;
    if (starts && i - from >= lines) break;
    if (starts && i > from) ImGui::Dummy({1, px(5)});
    if (starts) heading(bindings[i].group);
    draw_binding(bindings[i]);
  }
  return i;
}

}  // namespace

void draw_help(View& view) {
  Sheet sheet("help", "Keys", view.help, 820);
  if (!sheet) return;
  const std::span<const KeyBinding> bindings = key_bindings();
  const float width = ImGui::GetContentRegionAvail().x;
  const int columns = width >= px(640) ? 2 : 1;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {px(8), 0});
  if (ImGui::BeginTable("keys", columns, ImGuiTableFlags_SizingStretchSame)) {
    for (size_t next = 0; next < bindings.size();) {
      ImGui::TableNextColumn();
      const bool last = columns == 1 || next > 0;
      next = draw_column(bindings, next, last ? bindings.size() : bindings.size() / 2 - 2);
    }
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
  ImGui::Dummy({1, px(6)});
  small_print(
      "Point at a cell of a map or a picture to read its weight; click a patch or a row to ask where it looks. On a "
      "curve: wheel or drag to zoom, double click for all. In an open list or lane: arrows, space, Esc.");
}

}  // namespace lab
