// The four ways of explaining as a picture each, its patches bright where they matter.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/explain/explain_scene.h"
#include "app/widgets/button.h"
#include "app/widgets/cells.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kSmallest = 96, kLargest = 300, kWords = 120, kTitle = 20;  // logical pixels; words beside a picture

void paint(const ExplainScene& scene, TextureStore& textures) {
  const Snapshot& s = scene.snapshot;
  ExplainState& state = scene.state();
  const ExplainState::Painted now = {s.serial, scene.removed_tenths(), scene.view.lanes.style.colours};
  if (now == state.painted && !state.textures.empty()) return;
  state.painted = now;
  state.textures.clear();
  for (int way = 0; way < kExplanationWays; ++way) {
    const std::vector<float>& relevance = scene.explanation.ways[way].relevance;
    const HeatScale scale = {now.colours, largest_of(relevance)};
    state.textures.push_back(textures.upload(
        fmt::format("explained {}", way), s.probe.width, s.probe.height,
        patch_pixels(s.probe.pixels, s.probe.height, s.probe.width, relevance, s.geometry, scale, scene.removed(way))));
  }
}

void draw_picture(const ExplainScene& scene, int way, float side) {
  const std::vector<float>& relevance = scene.explanation.ways[way].relevance;
  const Geometry& grid = scene.snapshot.geometry;
  ExplainState& state = scene.state();
  const Cells cells("patches", state.textures[way], {side, side}, grid.rows, grid.columns);
  cells.grid();
  if (const Cell cell = cells.hovered()) {
    state.next_part = cell.row * grid.columns + cell.column;
    tooltip(
        Tip(fmt::format("row {}, column {}: {}", cell.row + 1, cell.column + 1, brief(relevance[state.next_part]))));
  }
  if (const int patch = state.part; patch >= 0 && patch < static_cast<int>(relevance.size()))
    cells.light({patch / grid.columns, patch % grid.columns});
}

/// What the way is, and how well it does, in `size` beside its picture.
void draw_words(const ExplainScene& scene, int way, ImVec2 size) {
  const std::string_view source = explanation_kind(way).source;
  ImGui::BeginChild("words", size, false, ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar);
  styled_text(fmt::format("{:.2f}", area_under(scene.explanation.ways[way].remaining)), theme().title, colour::kText);
  caption("left on average");
  ImGui::Dummy({1, px(2)});
  const std::string words = fmt::format("{} {}", scene.sentence(way), source);
  for (const std::string& line : wrapped(words, theme().caption, size.x)) caption(line);
  ImGui::EndChild();
  tooltip(Tip(fmt::format("{} {}", scene.sentence(way), source.empty() ? "" : fmt::format("Source: {}.", source))));
}

void draw_way(const ExplainScene& scene, int way, float side, float width) {
  draw_way_title(way, width);
  draw_picture(scene, way, side);
  if (width - side < px(kWords)) return;
  ImGui::SameLine(0, px(10));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  draw_words(scene, way, {width - side - px(10), side});
  ImGui::PopStyleVar();
}

/// The side of the four pictures: as large as the plots below leave room for, with words beside them where they fit.
float picture_side(float height, float width) {
  const float down = std::clamp(height, px(kSmallest), px(kLargest));
  return std::floor(width >= down + px(kWords) ? down : std::max(std::min(width, px(kSmallest)), width - px(kWords)));
}

}  // namespace

void draw_picture_ways(const ExplainScene& scene, TextureStore& textures, float width) {
  paint(scene, textures);
  const float side = picture_side(ImGui::GetContentRegionAvail().y - px(kPlots + kTitle), width);
  for (int way = 0; way < kExplanationWays; ++way) {
    if (way > 0) ImGui::SameLine(0, px(kExplainGap));
    ImGui::PushID(way);
    ImGui::BeginGroup();
    draw_way(scene, way, side, width);
    ImGui::EndGroup();
    ImGui::PopID();
  }
}

}  // namespace lab
