#include "app/panels/setup/setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/panels/setup/lane_editor.h"
#include "app/panels/setup/setting_row.h"
#include "app/panels/setup/target_canvas.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr std::string_view kSettingKeys = "J, K: choose a setting;  −, =: change it";

/// The row that the keys change is lit, and brought into sight when it was just chosen.
void mark_chosen(SetupState& setup) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetFrameHeight(), out = px(4);
  ImGui::GetWindowDrawList()->AddRectFilled({at.x - out, at.y - px(1)}, {at.x + width + out, at.y + height + px(1)},
                                            colour::kHover, px(5));
  if (std::exchange(setup.show_chosen, false)) ImGui::SetScrollHereY();
}

void draw_setting(int index, const Snapshot& snapshot, SetupState& setup, Commands& commands) {
  const Setting& setting = settings()[index];
  if (!setting.shown(setup.draft.wanted())) return;
  if (index == setup.chosen) mark_chosen(setup);
  if (const SettingChange change = draw_setting_row(setting, setup.draft.wanted(), snapshot, kSettingKeys))
    setup.draft.edit(change, commands);
}

constexpr NamedChoice kDevices[] = {
    {"auto", "Auto", "The faster of the two: a training step is measured on each; a software renderer is no GPU."},
    {"cpu", "CPU", "The processor."},
    {"gl", "GPU", "The graphics card, in OpenGL compute shaders."},
};  // in the order of DeviceWish

/// Which device computes, and why that one.
void draw_device(const Snapshot& snapshot, Commands& commands) {
  ImGui::Dummy({1, px(4)});
  heading("Device");
  std::vector<std::string> titles;
  for (const NamedChoice& device : kDevices) titles.push_back(device.title);
  const int wish = static_cast<int>(snapshot.device_wish);
  const Tip tip = {kDevices[wish].explanation, "Ctrl+D"};
  const float width = field_row("Computes on", tip);
  const int chosen = pick("device", titles[wish], titles, wish, width, tip);
  if (chosen >= 0) commands.send(command::SetDevice{static_cast<DeviceWish>(chosen)});
  small_print(snapshot.device + ". " + snapshot.device_why);
}

void draw_settings(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  const char* group = nullptr;
  for (int index = 0; index < static_cast<int>(settings().size()); ++index) {
    const Setting& setting = settings()[index];
    const bool seldom = setting.group == kSeldom, first = setting.group != group;
    if (first && group == kGuidance) draw_target_canvas(snapshot, setup, commands, textures);
    group = setting.group;
    if (first && seldom) {
      if (chip(setup.seldom_shown ? "fewer settings" : "more settings", false,
               {"Clipping, the learning rate's schedule, early stopping.", "J"}))
        setup.seldom_shown = !setup.seldom_shown;
    } else if (first) {
      ImGui::Dummy({1, px(4)});
      heading(group);
    }
    if (!seldom || setup.seldom_shown) draw_setting(index, snapshot, setup, commands);
  }
}

void draw_lane(int index, const Snapshot& snapshot, SetupState& setup) {
  const Lane& lane = setup.draft.wanted().lanes[index];
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, height = px(28), middle = at.y + height / 2;
  ImGui::PushID(index);
  if (ImGui::InvisibleButton("lane", {width, height})) edit_lane(setup, index);
  tooltip({"Edit this lane: its pattern, its score, or remove it.", "E"});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (ImGui::IsItemHovered())
    list.AddRectFilled({at.x - px(6), at.y}, {at.x + width + px(6), at.y + height}, colour::kFieldHovered, px(6));
  draw_swatch({at.x, middle}, lane_colour(index));
  const float edit = text_width("edit", theme().caption);
  draw_text_right({at.x + width, middle - theme().caption->FontSize / 2}, "edit", theme().caption, colour::kAccent);
  draw_text({at.x + px(17), middle - theme().body->FontSize / 2},
            lane_title(lane, !snapshot.data || snapshot.data->train.has_pictures()), theme().body, colour::kText,
            width - px(25) - edit);
  ImGui::PopID();
}

void draw_lane_list(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  heading("Lanes");
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {px(8), 0});
  const int count = static_cast<int>(setup.draft.wanted().lanes.size());
  for (int lane = 0; lane < count; ++lane) draw_lane(lane, snapshot, setup);
  ImGui::PopStyleVar();
  ImGui::Dummy({1, 0});
  if (count < Experiment::kMaxLanes &&
      button("+ Add a lane", {.tooltip = "Another way of spending attention, beside the others (up to four).",
                              .tooltip_key = "A",
                              .width = ImGui::GetContentRegionAvail().x}))
    add_lane(setup, commands);
  draw_lane_editor(snapshot, setup, commands, textures);
}

}  // namespace

void draw_setup(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  draw_lane_list(snapshot, setup, commands, textures);
  draw_settings(snapshot, setup, commands, textures);
  draw_device(snapshot, commands);
}

void choose_setting(SetupState& setup, int by) {
  const int count = static_cast<int>(settings().size());
  int next = setup.chosen < 0 && by < 0 ? count : setup.chosen;
  do next += by;
  while (next >= 0 && next < count && !settings()[next].shown(setup.draft.wanted()));
  if (next < 0 || next >= count) next = -1;  // beyond the last: none
  setup.chosen = next;
  setup.show_chosen = true;
  if (next >= 0 && settings()[next].group == kSeldom) setup.seldom_shown = true;
}

void change_chosen_setting(const Snapshot& snapshot, SetupState& setup, Commands& commands, int by) {
  if (setup.chosen < 0) return;
  const Setting& setting = settings()[setup.chosen];
  setup.draft.edit([&](Experiment& experiment) { change(setting, experiment, snapshot, by); }, commands);
}

void add_lane(SetupState& setup, Commands& commands) {
  if (setup.draft.wanted().lanes.size() >= Experiment::kMaxLanes) return;
  setup.draft.edit([](Experiment& experiment) { experiment.lanes.push_back(Lane{}); }, commands);
  edit_lane(setup, static_cast<int>(setup.draft.wanted().lanes.size()) - 1);
}

void edit_lane(SetupState& setup, int lane) {
  setup.edited_lane = std::clamp(lane, 0, static_cast<int>(setup.draft.wanted().lanes.size()) - 1);
  setup.open_editor = true;
}

void remove_lane(SetupState& setup, int lane, Commands& commands) {
  const auto remove = [lane](Experiment& experiment) {
    const int count = static_cast<int>(experiment.lanes.size());
    if (lane >= 0 && lane < count && count > 1) experiment.lanes.erase(experiment.lanes.begin() + lane);
  };
  setup.draft.edit(remove, commands);
  setup.edited_lane = -1;
}

}  // namespace lab
