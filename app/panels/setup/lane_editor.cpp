#include "app/panels/setup/lane_editor.h"

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <utility>

#include "app/panels/setup/lane_exceptions.h"
#include "app/panels/setup/setting_row.h"
#include "app/panels/setup/setup.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"
#include "core/attention/strategy.h"
#include "core/base/error.h"

namespace lab {
namespace {

constexpr float kColumn = 330, kBetween = 28, kTop = 62;  // logical pixels

/// What is edited of a lane: one of its exceptions, or what holds for all other heads.
template <class AnyLane>
auto& in_hand(AnyLane& lane, const SetupState& setup) {
  using Part = std::conditional_t<std::is_const_v<AnyLane>, const Spending, Spending>;
  const int index = setup.edited_exception;
  return index >= 0 && index < std::ssize(lane.exceptions) ? static_cast<Part&>(lane.exceptions[index].spending) : lane;
}

void change_spending(SetupState& setup, Commands& commands, const std::function<void(Spending&)>& change) {
  change_lane(setup, commands, [&](Lane& lane) { change(in_hand(lane, setup)); });
}

/// A change of kind gives the lane its natural name again.
void change_kind(SetupState& setup, Commands& commands, const std::function<void(Spending&)>& change) {
  change_spending(setup, commands, change);
  change_lane(setup, commands, [](Lane& lane) { lane.name.clear(); });
}

/// A strategy that does not go with what was chosen gives way to the usual one.
void give_way(Strategy& strategy, bool fits) {
  if (!fits) strategy = {};
}

/// `painted`: whether all have as many tokens, so that pairs of them can be painted.
void draw_kinds(SetupState& setup, Commands& commands, const Pattern& pattern, const Geometry& geometry, bool painted) {
  for (const PatternKind& kind : pattern_kinds()) {
    if (kind.painted && !painted) continue;
    const bool first = &kind == &pattern_kinds().front();
    if (!flowing_chip(first, kind.title, kind.name == pattern.kind, kind.explanation)) continue;
    Pattern chosen = usual_pattern(kind);
    if (kind.painted) chosen.mask = pattern.mask.tokens() > 0 ? pattern.mask : painting_of(pattern, geometry);
    change_kind(setup, commands, [&](Spending& edited) {
      edited.pattern = chosen;
      give_way(edited.strategy, fits_pattern(find_strategy(edited.strategy.kind), chosen));
    });
  }
  small_print(find_pattern(pattern.kind).explanation);
}

/// A row with the number of a pattern's or strategy's setting. True while it changes.
template <class Setting>
bool draw_setting(const Setting& setting, float& value, bool whole) {
  std::string label(setting.name);
  label[0] = static_cast<char>(std::toupper(label[0]));
  const float width = field_row(label, setting.explanation);
  const DragStyle style = {static_cast<float>(setting.smallest), static_cast<float>(setting.largest),
                           whole ? 0.05f : 0.02f, false, whole};
  ImGui::PushID(label.c_str());
  const bool changed = drag("##number", value, style, width, setting.explanation);
  ImGui::PopID();
  return changed;
}

void draw_settings(SetupState& setup, Commands& commands, const Pattern& pattern) {
  const PatternKind& kind = find_pattern(pattern.kind);
  for (const auto& settings : {kind.settings, shared_pattern_settings()})
    for (const PatternSetting& setting : settings)
      if (float value = static_cast<float>(pattern.*setting.value); draw_setting(setting, value, true))
        change_spending(setup, commands,
                        [&](Spending& edited) { edited.pattern.*setting.value = static_cast<int>(value); });
}

/// What goes with the strategy: another score, or the dense pattern, where it knows no other.
void choose_strategy(Spending& edited, const StrategyKind& kind) {
  edited.strategy = usual_strategy(kind);
  if (!fits_score(kind, edited.score)) edited.score = Spending{}.score;
  if (fits_pattern(kind, edited.pattern)) return;
  const bool causal = edited.pattern.causal;
  edited.pattern = {};
  edited.pattern.causal = causal;
}

void draw_strategy(SetupState& setup, Commands& commands, const Strategy& strategy) {
  for (const StrategyKind& kind : strategy_kinds()) {
    const bool first = &kind == &strategy_kinds().front();
    if (flowing_chip(first, kind.title, kind.name == strategy.kind, kind.explanation))
      change_kind(setup, commands, [&](Spending& edited) { choose_strategy(edited, kind); });
  }
  const StrategyKind& chosen = find_strategy(strategy.kind);
  small_print(chosen.learns.empty() ? std::string(chosen.explanation)
                                    : fmt::format("{} It learns {}.", chosen.explanation, chosen.learns));
  for (const StrategySetting& setting : chosen.settings)
    if (float value = strategy.*setting.value; draw_setting(setting, value, setting.whole))
      change_spending(setup, commands, [&](Spending& edited) { edited.strategy.*setting.value = value; });
}

void draw_score(SetupState& setup, Commands& commands, const std::string& name) {
  for (const ScoreKind& score : score_kinds()) {
    const bool first = &score == &score_kinds().front();
    if (flowing_chip(first, score.title, score.name == name, score.explanation))
      change_kind(setup, commands, [&](Spending& edited) {
        edited.score = score.name;
        give_way(edited.strategy, fits_score(find_strategy(edited.strategy.kind), score.name));
      });
  }
  const ScoreKind& chosen = find_score(name);
  small_print(std::string(chosen.formula) + ". " + std::string(chosen.explanation));
}

/// The tokens the wanted experiment would have.
Geometry wanted_geometry(const Snapshot& snapshot, const Experiment& wanted) {
  if (!snapshot.data || wanted.model.patch <= 0) return snapshot.geometry;
  const Dataset& data = *snapshot.data;
  if (data.kind == ModelKind::kTextClassifier && data.class_token_sees_all) return Geometry::text(data.context - 1, 1);
  if (!data.train.has_pictures()) return Geometry::sequence(data.context);
  return Geometry::grid(snapshot.data->train.height / wanted.model.patch,
                        snapshot.data->train.width / wanted.model.patch, snapshot.geometry.prefix);
}

/// The usual patterns, and the other lanes'.
std::vector<Pattern> patterns_to_start_from(const Experiment& wanted) {
  std::vector<Pattern> starts;
  const auto add = [&](const Pattern& pattern) {
    const bool known = std::find(starts.begin(), starts.end(), pattern) != starts.end();
    if (!known && !find_pattern(pattern.kind).painted) starts.push_back(pattern);
  };
  for (const PatternKind& kind : pattern_kinds()) add(usual_pattern(kind));
  for (const Lane& lane : wanted.lanes) add(lane.pattern);
  return starts;
}

void draw_pattern(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  const Experiment wanted = setup.draft.wanted();
  const Geometry geometry = wanted_geometry(snapshot, wanted);
  const Pattern& pattern = in_hand(wanted.lanes[setup.edited_lane], setup).pattern;
  const bool fixed = !snapshot.data || snapshot.data->train.has_pictures() || snapshot.data->kind == ModelKind::kWriter;
  draw_kinds(setup, commands, pattern, geometry, fixed);
  draw_settings(setup, commands, pattern);
  if (const auto mask = draw_pair_canvas(pattern, geometry, patterns_to_start_from(wanted), setup.pairs, textures))
    change_spending(setup, commands, [&](Spending& edited) { edited.pattern.mask = *mask; });
}

void draw_name(SetupState& setup, Commands& commands, const Lane& lane) {
  std::string name = lane.name;
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  if (ImGui::InputTextWithHint("##name", lane_title(lane).c_str(), &name))
    change_lane(setup, commands, [&](Lane& edited) { edited.name = name; });
}

void draw_buttons(SetupState& setup, Commands& commands) {
  const int lanes = static_cast<int>(setup.draft.wanted().lanes.size());
  if (button("Done", {.primary = true})) ImGui::CloseCurrentPopup();
  if (lanes < 2) return;
  ImGui::SameLine();
  if (!button("Remove this lane", {.tooltip = "Training starts again without it.", .tooltip_key = "Delete"})) return;
  remove_lane(setup, setup.edited_lane, commands);
  ImGui::CloseCurrentPopup();
}

void draw_title(const Lane& lane, int index) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  draw_swatch({at.x, at.y + theme().title->FontSize / 2}, lane_colour(index));
  draw_text({at.x + px(18), at.y}, lane_title(lane), theme().title, colour::kText, width - px(18));
  ImGui::Dummy({width, theme().title->FontSize + px(4)});
}

void draw_rest(SetupState& setup, Commands& commands, const Lane& lane) {
  const Spending& spending = in_hand(lane, setup);
  heading("Where the weights come from");
  draw_strategy(setup, commands, spending.strategy);
  ImGui::Dummy({1, 0});
  heading("How alike a query and a key are");
  if (find_strategy(spending.strategy.kind).scores == StrategyKind::Scores::kNone)
    small_print("This strategy has no use for a score.");
  else
    draw_score(setup, commands, spending.score);
  ImGui::Dummy({1, 0});
  heading("Name");
  draw_name(setup, commands, lane);
}

/// Two columns where the screen has room for them beside the Setup panel.
int columns() { return ImGui::GetIO().DisplaySize.x >= px(2 * kColumn + kBetween + 300) ? 2 : 1; }

float page_width() { return columns() == 2 ? 2 * kColumn + kBetween : kColumn; }

/// What it trains by instead of what the Setup panel says for all lanes; folded away where there is nothing.
void draw_own(const Snapshot& snapshot, SetupState& setup, Commands& commands, const Lane& lane) {
  const bool any = !(lane.own == OwnSettings{});
  if (!any && !setup.own_shown) {
    if (chip("train it otherwise than the other lanes", false,
             "Its own optimiser, learning rate, dropout and more, instead of what Setup says for all lanes."))
      setup.own_shown = true;
    return;
  }
  heading("How it trains");
  if (any) {
    ImGui::SameLine(0, px(10));
    if (chip("as the other lanes", false, "Trains by what Setup says for all lanes again."))
      change_lane(setup, commands, [](Lane& edited) { edited.own = {}; });
  }
  const Experiment shared = setup.draft.wanted();
  Experiment seen = with_own(shared, lane.own);
  if (const SettingChange change = draw_own_settings(seen, snapshot, columns() == 2 ? 3 : 1)) {
    change(seen);
    change_lane(setup, commands, [&](Lane& edited) { edited.own = own_settings(shared, seen); });
  }
}

void draw_page(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  const Experiment wanted = setup.draft.wanted();
  const Lane& lane = wanted.lanes[setup.edited_lane];
  ImGui::Dummy({px(page_width()), 0});
  draw_title(lane, setup.edited_lane);
  heading("Whose attention");
  draw_exceptions(setup, commands);
  ImGui::Dummy({1, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {px(kBetween / 2), 0});
  if (ImGui::BeginTable("columns", columns(), ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_NoPadOuterX)) {
    ImGui::TableNextColumn();
    heading("Which pairs exist");
    draw_pattern(snapshot, setup, commands, textures);
    ImGui::TableNextColumn();
    draw_rest(setup, commands, lane);
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
  ImGui::Dummy({1, 0});
  draw_own(snapshot, setup, commands, lane);
  ImGui::Dummy({1, px(2)});
  draw_buttons(setup, commands);
}

/// At the right of the Setup panel, where it hides none of the settings; or as far right as there is room.
void place_beside_panel() {
  const ImVec2 panel = ImGui::GetWindowPos(), screen = ImGui::GetIO().DisplaySize;
  const float width = px(page_width() + 32);
  const float x = std::min(panel.x + ImGui::GetWindowSize().x + px(6), screen.x - width - px(8));
  const float y = std::min(px(kTop), screen.y / 4);
  ImGui::SetNextWindowPos({std::max(x, px(8)), y}, ImGuiCond_Appearing);
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, screen.y - y - px(8)});
}

}  // namespace

void draw_lane_editor(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  if (std::exchange(setup.open_editor, false)) {
    ImGui::OpenPopup("lane editor");
    setup.edited_exception = -1;
    setup.own_shown = false;
  }
  place_beside_panel();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {px(16), px(14)});
  const bool open = ImGui::BeginPopup("lane editor");
  ImGui::PopStyleVar();
  if (!open) {
    setup.edited_lane = -1;
    return;
  }
  const int lanes = static_cast<int>(setup.draft.wanted().lanes.size());
  if (setup.edited_lane >= 0 && setup.edited_lane < lanes)
    draw_page(snapshot, setup, commands, textures);
  else
    ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

}  // namespace lab
