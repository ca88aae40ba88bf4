#include "app/panels/setup.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/lane_editor.h"
#include "app/panels/settings.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

void draw_pick(const PickSetting& setting, const Snapshot& snapshot, Draft& draft, Commands& commands) {
  Experiment wanted = draft.wanted();
  const int value = setting.value(wanted);
  const std::vector<int> options = setting.options(wanted, snapshot);
  std::vector<std::string> names;
  for (const int option : options) names.push_back(std::to_string(option));
  const int current = static_cast<int>(std::find(options.begin(), options.end(), value) - options.begin());
  const float width = field_row(setting.label, setting.explanation);
  const int chosen = pick(setting.label, std::to_string(value), names, current, width, setting.explanation);
  if (chosen >= 0) draft.edit([&](Experiment& experiment) { setting.value(experiment) = options[chosen]; }, commands);
}

void draw_drag(const DragSetting& setting, Draft& draft, Commands& commands) {
  if (!setting.shown(draft.wanted())) return;
  float value = setting.get(draft.wanted());
  const float width = field_row(setting.label, setting.explanation);
  const DragStyle style = {setting.low, setting.high, setting.speed, setting.logarithmic, setting.whole};
  ImGui::PushID(setting.label);
  if (drag("##value", value, style, width, setting.explanation))
    draft.edit([&](Experiment& experiment) { setting.set(experiment, value); }, commands);
  ImGui::PopID();
}

void draw_optimiser(Draft& draft, Commands& commands) {
  const auto known = optimisers();
  std::vector<std::string> names;
  for (const NamedChoice& choice : known) names.push_back(choice.title);
  const auto same = [&](const NamedChoice& choice) { return choice.name == draft.wanted().optimiser.kind; };
  const size_t current = std::find_if(known.begin(), known.end(), same) - known.begin();
  const char* explanation = current < known.size() ? known[current].explanation : "";
  const float width = field_row("Optimiser", explanation);
  const std::string shown = current < known.size() ? known[current].title : draft.wanted().optimiser.kind;
  const int chosen = pick("optimiser", shown, names, static_cast<int>(current), width, explanation);
  if (chosen >= 0)
    draft.edit([&](Experiment& experiment) { experiment.optimiser.kind = known[chosen].name; }, commands);
}

void draw_lane(int index, SetupState& setup) {
  const Lane& lane = setup.draft.wanted().lanes[index];
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, height = px(28), middle = at.y + height / 2;
  ImGui::PushID(index);
  if (ImGui::InvisibleButton("lane", {width, height})) setup.edited_lane = index, setup.open_editor = true;
  tooltip("Edit this lane: its pattern, its score, or remove it.");
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (ImGui::IsItemHovered())
    list.AddRectFilled({at.x - px(6), at.y}, {at.x + width + px(6), at.y + height}, colour::kFieldHovered, px(6));
  draw_swatch({at.x, middle}, lane_colour(index));
  const float edit = text_width("edit", theme().caption);
  draw_text_right({at.x + width, middle - theme().caption->FontSize / 2}, "edit", theme().caption, colour::kAccent);
  draw_text({at.x + px(17), middle - theme().body->FontSize / 2}, lane_title(lane), theme().body, colour::kText,
            width - px(25) - edit);
  ImGui::PopID();
}

void add_lane(SetupState& setup, Commands& commands) {
  const auto add = [](Experiment& experiment) { experiment.lanes.push_back(Lane{}); };
  setup.draft.edit(add, commands);
  setup.edited_lane = static_cast<int>(setup.draft.wanted().lanes.size()) - 1;
  setup.open_editor = true;
}

void draw_lane_list(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  heading("Lanes");
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {px(8), 0});
  const int count = static_cast<int>(setup.draft.wanted().lanes.size());
  for (int lane = 0; lane < count; ++lane) draw_lane(lane, setup);
  ImGui::PopStyleVar();
  ImGui::Dummy({1, 0});
  if (count < Experiment::kMaxLanes &&
      button("+ Add a lane", {.tooltip = "Another way of spending attention, beside the others (up to four).",
                              .width = ImGui::GetContentRegionAvail().x}))
    add_lane(setup, commands);
  draw_lane_editor(snapshot, setup, commands, textures);
}

void draw_further(Draft& draft, Commands& commands) {
  bool& open = *ImGui::GetStateStorage()->GetBoolRef(ImGui::GetID("further"), false);
  if (chip(open ? "fewer settings" : "more settings", false, "Clipping and the learning rate's schedule."))
    open = !open;
  if (!open) return;
  for (const DragSetting& setting : further_settings()) draw_drag(setting, draft, commands);
}

}  // namespace

void draw_setup(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  Draft& draft = setup.draft;
  draw_lane_list(snapshot, setup, commands, textures);
  ImGui::Dummy({1, px(4)});
  heading("Training");
  draw_optimiser(draft, commands);
  for (const PickSetting& setting : batch_settings()) draw_pick(setting, snapshot, draft, commands);
  for (const DragSetting& setting : training_settings()) draw_drag(setting, draft, commands);
  draw_further(draft, commands);
  ImGui::Dummy({1, px(4)});
  heading("Model");
  for (const PickSetting& setting : model_settings()) draw_pick(setting, snapshot, draft, commands);
}

}  // namespace lab
