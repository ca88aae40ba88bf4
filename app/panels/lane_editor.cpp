#include "app/panels/lane_editor.h"

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "app/panels/setup.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"
#include "core/attention/score.h"
#include "core/base/error.h"

namespace lab {
namespace {

constexpr float kWidth = 330, kPreview = 120;

void change_lane(SetupState& setup, Commands& commands, const std::function<void(Lane&)>& change) {
  setup.draft.edit(
      [&, lane = setup.edited_lane](Experiment& experiment) {
        if (lane < static_cast<int>(experiment.lanes.size())) change(experiment.lanes[lane]);
      },
      commands);
}

/// Chips follow each other, and begin a new line where there is no room.
bool flowing_chip(bool first, std::string_view label, bool on, std::string_view sentence) {
  const float right = ImGui::GetWindowPos().x + ImGui::GetContentRegionMax().x, gap = px(4);
  const float width = text_width(label, theme().caption) + px(14);
  if (!first && ImGui::GetItemRectMax().x + gap + width <= right) ImGui::SameLine(0, gap);
  return chip(std::string(label).c_str(), on, sentence);
}

/// A change of pattern gives the lane its natural name again.
void choose_kind(const PatternKind& kind, Lane& lane) {
  lane.pattern = usual_pattern(kind);
  lane.name.clear();
}

void draw_kinds(SetupState& setup, Commands& commands, const Lane& lane) {
  for (const PatternKind& kind : pattern_kinds()) {
    const bool first = &kind == &pattern_kinds().front();
    if (flowing_chip(first, kind.title, kind.name == lane.pattern.kind, kind.explanation))
      change_lane(setup, commands, [&](Lane& edited) { choose_kind(kind, edited); });
  }
  small_print(find_pattern(lane.pattern.kind).explanation);
}

void draw_settings(SetupState& setup, Commands& commands, const Lane& lane) {
  const PatternKind& kind = find_pattern(lane.pattern.kind);
  for (const auto& settings : {kind.settings, shared_pattern_settings()})
    for (const PatternSetting& setting : settings) {
      float value = static_cast<float>(lane.pattern.*setting.value);
      std::string label(setting.name);
      label[0] = static_cast<char>(std::toupper(label[0]));
      const float width = field_row(label, setting.explanation);
      const DragStyle style = {static_cast<float>(setting.smallest), static_cast<float>(setting.largest), 0.05f, false,
                               true};
      ImGui::PushID(label.c_str());
      if (drag("##number", value, style, width, setting.explanation))
        change_lane(setup, commands, [&](Lane& edited) { edited.pattern.*setting.value = static_cast<int>(value); });
      ImGui::PopID();
    }
}

void draw_score(SetupState& setup, Commands& commands, const Lane& lane) {
  for (const ScoreKind& score : score_kinds()) {
    const bool first = &score == &score_kinds().front();
    if (flowing_chip(first, score.title, score.name == lane.score, score.explanation))
      change_lane(setup, commands, [&](Lane& edited) {
        edited.score = score.name;
        edited.name.clear();
      });
  }
  const ScoreKind& chosen = find_score(lane.score);
  small_print(std::string(chosen.formula) + ". " + std::string(chosen.explanation));
}

/// The tokens the wanted experiment would have.
Geometry wanted_geometry(const Snapshot& snapshot, const Experiment& wanted) {
  if (!snapshot.data || wanted.model.patch <= 0) return snapshot.geometry;
  return Geometry::grid(snapshot.data->train.height / wanted.model.patch,
                        snapshot.data->train.width / wanted.model.patch, snapshot.geometry.prefix);
}

void draw_preview(const Snapshot& snapshot, const Experiment& wanted, const Lane& lane, TextureStore& textures) {
  try {
    const TileMap map(lane.pattern, wanted_geometry(snapshot, wanted));
    const std::vector<float> pairs(static_cast<size_t>(map.dense_pairs()), 0.45f);
    const ImTextureID texture =
        textures.upload("pattern", map.keys(), map.queries(), map_pixels(pairs, map, HeatScale{}));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Image(texture, {px(kPreview), px(kPreview)});
    const double share = 100.0 * static_cast<double>(map.pairs()) / static_cast<double>(map.dense_pairs());
    const float x = at.x + px(kPreview + 12);
    draw_text({x, at.y}, fmt::format("{} of {} pairs", grouped(map.pairs()), grouped(map.dense_pairs())), theme().body,
              colour::kText);
    draw_text({x, at.y + px(22)}, fmt::format("{:.0f} % of dense", share), theme().body, colour::kText);
    draw_text({x, at.y + px(50)}, "a row: one query", theme().caption, colour::kQuiet);
    draw_text({x, at.y + px(68)}, "coloured: the keys it sees", theme().caption, colour::kQuiet);
  } catch (const Error& error) {
    styled_text(error.what(), theme().caption, colour::kTroubleText);
  }
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

void draw_page(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  const Experiment wanted = setup.draft.wanted();
  const Lane& lane = wanted.lanes[setup.edited_lane];
  ImGui::Dummy({px(kWidth), 0});
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_swatch({at.x, at.y + theme().title->FontSize / 2}, lane_colour(setup.edited_lane));
  ImGui::Dummy({px(10), 0});
  ImGui::SameLine();
  styled_text(lane_title(lane), theme().title, colour::kText);
  heading("Which pairs exist");
  draw_kinds(setup, commands, lane);
  draw_settings(setup, commands, lane);
  draw_preview(snapshot, wanted, lane, textures);
  ImGui::Dummy({1, 0});
  heading("How alike a query and a key are");
  draw_score(setup, commands, lane);
  ImGui::Dummy({1, 0});
  heading("Name");
  draw_name(setup, commands, lane);
  ImGui::Dummy({1, px(2)});
  draw_buttons(setup, commands);
}

/// At the right of the Setup panel, where it hides none of the settings; or as far right as there is room.
void place_beside_panel() {
  const ImVec2 panel = ImGui::GetWindowPos();
  const float x = std::min(panel.x + ImGui::GetWindowSize().x + px(6), ImGui::GetIO().DisplaySize.x - px(kWidth + 40));
  ImGui::SetNextWindowPos({std::max(x, px(8)), panel.y + px(56)}, ImGuiCond_Appearing);
}

}  // namespace

void draw_lane_editor(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  if (std::exchange(setup.open_editor, false)) ImGui::OpenPopup("lane editor");
  place_beside_panel();
  ImGui::SetNextWindowSizeConstraints({px(kWidth + 32), 0}, {px(kWidth + 32), ImGui::GetIO().DisplaySize.y - px(16)});
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
