#include "app/panels/help.h"

#include <algorithm>

#include "app/panels/keys.h"
#include "app/panels/sheet.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

void draw_binding(const KeyBinding& binding) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float middle = at.y + px(13);
  float x = at.x;
  x += draw_key_cap({x, middle}, binding.key, colour::kText, colour::kLine) + px(5);
  if (!binding.other.empty()) draw_key_cap({x, middle}, binding.other, colour::kText, colour::kLine);
  const float meaning = px(92);
  draw_text({at.x + meaning, middle - theme().body->FontSize / 2}, binding.meaning, theme().body, colour::kText,
            ImGui::GetContentRegionAvail().x - meaning);
  ImGui::Dummy({1, px(26)});
}

}  // namespace

void draw_help(View& view) {
  Sheet sheet("help", "Keys", view.help, 600);
  if (!sheet) return;
  for (const KeyBinding& binding : key_bindings()) draw_binding(binding);
  ImGui::Dummy({1, px(4)});
  small_print(
      "Point at a cell of a map or a picture to read its weight; click a patch or a row to ask where it looks. "
      "On a curve: wheel or drag to zoom, double click for all.");
}

}  // namespace lab
