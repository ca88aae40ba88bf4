#include "app/panels/history/branch_sheet.h"

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "app/panels/cost/budget_control.h"
#include "app/panels/history/history_control.h"
#include "app/panels/setup/setting_row.h"
#include "app/panels/sheet.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/text.h"
#include "core/base/error.h"
#include "core/train/optimiser.h"

namespace lab {
namespace {

/// "Block 3×3, rate 0.01 from 96": told apart from a lane that began at step 0. What is as in the experiment stays so,
/// also when that changes; what was written in words counts.
Lane branch_of(const HistoryState& state, const Experiment& shared, int64_t step) {
  Lane lane = parse_lane(state.branch_way);
  lane.own = own_settings(shared, with_own(state.branch_trains, lane.own));
  lane.name = fmt::format("{} from {}", lane_title(lane), grouped(step));
  return lane;
}

void branch(const Snapshot& snapshot, View& view, Commands& commands) {
  HistoryState& state = view.history;
  try {
    const int64_t step = checkpoint_of(snapshot);
    Experiment wider = snapshot.experiment;
    wider.lanes.push_back(branch_of(state, wider, step));
    validate(wider, snapshot.probe.height, snapshot.probe.width);
    commands.send(command::Branch{step, state.branch_lane, wider.lanes.back()});
    state.branching = false;
    state.film = false;
    state.asked = -1;
    state.trouble.clear();
  } catch (const Error& error) {
    state.trouble = error.what();
  }
}

/// A label, and the cursor where the field goes, as wide as is returned.
float wide_row(const char* label, const Tip& tip) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float labels = px(114), width = ImGui::GetContentRegionAvail().x;
  ImGui::InvisibleButton(label, {labels, ImGui::GetFrameHeight()});
  tooltip(tip);
  draw_text({at.x, at.y + (ImGui::GetFrameHeight() - theme().body->FontSize) / 2}, label, theme().body, colour::kText);
  ImGui::SetCursorScreenPos({at.x + labels, at.y});
  return width - labels;
}

/// What the new lane does as the lane it comes from.
void begin_as(const Snapshot& snapshot, HistoryState& state, int lane) {
  state.branch_lane = std::clamp(lane, 0, static_cast<int>(snapshot.lanes.size()) - 1);
  const Lane& from = snapshot.lanes[state.branch_lane].lane;
  state.branch_way = text(static_cast<const Allocation&>(from));
  state.branch_trains = with_own(snapshot.experiment, from.own);
}

void pick_lane(const Snapshot& snapshot, HistoryState& state) {
  std::vector<std::string> titles;
  for (const LaneSnapshot& lane : snapshot.lanes) titles.push_back(lane.title);
  const Tip tip = "Whose weights the new lane goes on from.";
  const float width = wide_row("From lane", tip);
  const int chosen = pick("from", titles[state.branch_lane], titles, state.branch_lane, width, tip);
  if (chosen >= 0) begin_as(snapshot, state, chosen);
}

void pick_way(const Snapshot& snapshot, HistoryState& state) {
  std::vector<std::string> ways = {text(static_cast<const Allocation&>(snapshot.lanes[state.branch_lane].lane))},
                           titles = {"As it is"};
  for (const char* way : known_ways()) {
    ways.emplace_back(way);
    titles.push_back(lane_title(parse_lane(way)));
  }
  const Tip tip = "How the new lane spends attention.";
  const int current = static_cast<int>(std::find(ways.begin(), ways.end(), state.branch_way) - ways.begin());
  const bool known = current < static_cast<int>(ways.size());
  const float width = wide_row("Attention", tip);
  const int chosen = pick("way", known ? titles[current] : "as written below", titles, current, width, tip);
  if (chosen >= 0) state.branch_way = ways[chosen];
}

void choose_settings(const Snapshot& snapshot, HistoryState& state) {
  Experiment& trains = state.branch_trains;
  const int columns = ImGui::GetContentRegionAvail().x >= px(440) ? 2 : 1;
  if (const SettingChange change = draw_own_settings(trains, snapshot, columns)) change(trains);
  const Lane& from = snapshot.lanes[state.branch_lane].lane;
  const std::string before = with_own(snapshot.experiment, from.own).optimiser.kind, &now = trains.optimiser.kind;
  if (now != before)
    small_print(fmt::format("{} cannot go on with what {} remembers of earlier gradients: its memory starts anew.",
                            find_optimiser(now).title, find_optimiser(before).title));
}

/// What the new lane will be called, so that what is changed is seen at a glance.
void show_name(const Snapshot& snapshot, const HistoryState& state) {
  std::string name;
  try {
    name = branch_of(state, snapshot.experiment, checkpoint_of(snapshot)).name;
  } catch (const Error&) {
    return;  // the words say no lane yet
  }
  ImGui::SameLine(0, px(14));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  draw_text({at.x, at.y + (ImGui::GetFrameHeight() - theme().caption->FontSize) / 2}, name, theme().caption,
            colour::kQuiet, width);
  ImGui::Dummy({width, ImGui::GetFrameHeight()});
}

}  // namespace

void draw_branch_sheet(const Snapshot& snapshot, View& view, Commands& commands) {
  HistoryState& state = view.history;
  if (snapshot.lanes.empty() || checkpoint_of(snapshot) < 0) state.branching = false;
  Sheet sheet("branch", "A new lane from here", state.branching, 520);
  if (!sheet) return;
  if (ImGui::IsWindowAppearing()) {
    state.trouble.clear();
    begin_as(snapshot, state, view.selection.lane);
  }
  state.branch_lane = std::clamp(state.branch_lane, 0, static_cast<int>(snapshot.lanes.size()) - 1);
  small_print(
      fmt::format("It takes over the weights of step {}, the last checkpoint, and catches up with the others on "
                  "the same batches. On the curves it forks there.",
                  grouped(checkpoint_of(snapshot))));
  pick_lane(snapshot, state);
  pick_way(snapshot, state);
  const float width =
      wide_row("In words", "As on the command line: local:window=1, block:block=3,score=cosine,dropout=0.1, …");
  ImGui::SetNextItemWidth(width);
  if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
  const bool entered = ImGui::InputText("##way", &state.branch_way, ImGuiInputTextFlags_EnterReturnsTrue);
  ImGui::Dummy({1, px(2)});
  heading("How it trains");
  choose_settings(snapshot, state);
  if (!state.trouble.empty()) trouble_print(state.trouble);
  ImGui::Dummy({1, px(2)});
  if (button("Branch", {.primary = true}) || entered) branch(snapshot, view, commands);
  ImGui::SameLine();
  if (button("Cancel")) state.branching = false;
  show_name(snapshot, state);
}

}  // namespace lab
