#include "app/panels/step/step_chain.h"

#include <algorithm>

#include "app/panels/step/step_flow.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {

namespace {

constexpr float kLine = 22, kIndent = 16;  // logical pixels

/// One line; true when it was clicked.
bool line(const StepScene& scene, int stage, const std::string& text, bool group, bool open) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, indent = px(group ? 0 : kIndent);
  ImGui::PushID(2 * stage + group);
  const bool clicked = ImGui::InvisibleButton("stage", {width, px(kLine)});
  const bool hovered = ImGui::IsItemHovered();
  ImGui::PopID();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (open || hovered)
    list.AddRectFilled({at.x + indent, at.y}, {at.x + width, at.y + px(kLine - 1)},
                       open ? colour::kAccentSoft : colour::kFieldHovered, px(5));
  const bool past = stage < scene.open, back = scene.stages[stage].group.starts_with("Back");
  const ImU32 ink = open ? colour::kAccent : past ? (back ? colour::kLanes[1] : colour::kLanes[0]) : colour::kLine;
  if (!group) list.AddCircleFilled({at.x + indent + px(8), at.y + px(kLine / 2)}, px(3.5f), ink);
  ImFont* const font = group ? theme().heading : open ? theme().strong : theme().body;
  draw_text({at.x + indent + px(group ? 2 : 17), at.y + (px(kLine) - font->FontSize) / 2}, text, font,
            open    ? colour::kAccent
            : group ? colour::kQuiet
                    : colour::kText,
            width - indent - px(18));
  return clicked;
}

}  // namespace

void draw_chain(const StepScene& scene) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  const std::vector<StepStage>& stages = scene.stages;
  const std::string& open = scene.stage().group;
  for (int i = 0; i < static_cast<int>(stages.size()); ++i) {
    const bool first = i == 0 || stages[i].group != stages[i - 1].group;
    if (first && line(scene, i, stages[i].group, true, false)) scene.state.stage = i, scene.state.title.clear();
    if (stages[i].group != open) continue;
    if (line(scene, i, short_stage_title(stages[i]), false, i == scene.open))
      scene.state.stage = i, scene.state.title.clear(), scene.state.chosen = {};
    if (i == scene.open && std::exchange(scene.state.scroll, false)) ImGui::SetScrollHereY(0.5f);
  }
  ImGui::PopStyleVar();
}

}  // namespace lab
