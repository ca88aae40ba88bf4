#include "app/panels/lanes/lane_card.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/lanes/card_parts.h"
#include "app/panels/lanes/change_it.h"
#include "app/panels/lanes/compare.h"
#include "app/widgets/cells.h"
#include "app/widgets/text.h"

namespace lab {

using namespace card;

namespace {

constexpr float kToken = 24;

/// The class token has no patch: its weight is shown below the picture.
void draw_class_token(const CardScene& scene, View& view) {
  const Geometry& geometry = scene.snapshot.geometry;
  if (geometry.prefix == 0) return;
  const int query = scene.selection.query;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float side = px(14), width = scene.picture, top = at.y + (px(kToken) - side) / 2;
  const bool exists = selected_map(scene.lane, scene.selection).exists(query, 0);
  const float weight = scene.image.weights[static_cast<size_t>(query) * geometry.keys];
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 low = {at.x, top}, high = {at.x + side, top + side};
  list.AddRectFilled(low, high, exists ? ImU32(scene.image.row_scale(weight)) : colour::kAbsent);
  if (query == 0) list.AddRect(low, high, colour::kBlack, 0, 0, px(1.5f));
  if (ImGui::InvisibleButton("class token", {width, px(kToken)})) view.selection.query = query == 0 ? -1 : 0;
  const bool hovered = ImGui::IsItemHovered();
  if (hovered) view.lanes.next_hovered = {query, 0};
  const CardWords text = {exists ? fmt::format("class token {:.3f}", weight) : "class token: no pair",
                          exists ? fmt::format("class {:.3f}", weight) : "class: none"};
  draw_text({high.x + px(7), at.y + (px(kToken) - theme().caption->FontSize) / 2}, fitting(text, width - side - px(7)),
            theme().caption, query == 0 || hovered ? colour::kAccent : colour::kQuiet);
}

void draw_picture(const CardScene& scene, View& view) {
  const Geometry& geometry = scene.snapshot.geometry;
  const int query = scene.selection.query, prefix = geometry.prefix, columns = geometry.columns;
  const float side = scene.picture;
  const std::string target = scene.snapshot.target.empty() ? "" : ", and its target";
  caption_line({(query < prefix ? "Where the class token looks" : "Where the marked patch looks") + target,
                target.empty() ? "It looks at" : "Outlined: target"},
               heat_range(scene.image.row_scale), side);
  const Cells cells("picture", scene.image.picture, {side, side}, geometry.rows, columns);
  cells.grid();
  const auto cell = [&](int token) { return Cell{(token - prefix) / columns, (token - prefix) % columns}; };
  const std::vector<uint8_t>& targets = scene.snapshot.target;
  if (!targets.empty())
    cells.surround([&](int row, int column) { return targets[prefix + row * columns + column] != 0; });
  if (query >= prefix) cells.outline(cell(query));
  if (view.lanes.hovered.query == query && view.lanes.hovered.key >= prefix) cells.light(cell(view.lanes.hovered.key));
  const auto token = [&](Cell at) { return prefix + at.row * columns + at.column; };
  if (cells.hovered()) view.lanes.next_hovered = {query, token(cells.hovered())};
  if (cells.clicked()) view.selection.query = token(cells.clicked());
  if (cells.hovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
    double_click_token(view.change, scene.number, Looking::kTokens, token(cells.hovered()));
  draw_class_token(scene, view);
}

/// Of the one that the others are compared with, or of one that was not there yet, it says so.
CardWords words_of_map(const CardScene& scene, const CompareState& compare) {
  if (!compare.lanes.empty()) return {compare.lanes[scene.number].missing, "Reference"};
  if (!scene.lane.dropped.empty()) return {"Red: dropped in the last step", "Red: dropped"};
  return map_words(scene);
}

float height_without_pictures(bool beside) {
  const float pictures = beside ? kCaption + kToken : 2 * kCaption + kToken;
  return px(kTitle + pictures + kCaption + kAnswers * kAnswer + kFoot + kEdge);
}

}  // namespace

CardLayout lay_out_card(float width, float height) {
  const float inner = width - 2 * px(kEdge), gap = px(14);
  const float below = std::min(inner, (height - height_without_pictures(false)) / 2);
  const float beside = std::min((inner - gap) / 2, height - height_without_pictures(true));
  const bool side_by_side = beside > below;
  const float picture = std::floor(std::max(std::min(inner, px(kSmallest)), std::max(below, beside)));
  const float tall = height_without_pictures(side_by_side) + (side_by_side ? picture : 2 * picture);
  return {width, std::ceil(tall), picture, side_by_side};
}

void draw_lane_card(const Snapshot& snapshot, int lane, const Selection& selection, const CardLayout& layout,
                    View& view) {
  const CardScene scene = {snapshot,          snapshot.lanes[lane],         view.lanes.images[lane], selection,
                           lane_colour(lane), layout.width - 2 * px(kEdge), layout.picture,          lane};
  draw_card(lane, selection.lane == lane, {layout.width, layout.height}, scene.colour, [&] {
    draw_card_title(scene, lane, class_verdict(scene), view);
    const float indent = layout.beside ? 0 : std::floor((scene.width - layout.picture) / 2);
    if (indent > 0) ImGui::Indent(indent);
    const ComparedMap* compared = comparison_of(view.lanes, lane);
    ImGui::BeginGroup();
    if (compared)
      draw_both_maps(*compared, layout.picture);
    else
      draw_picture(scene, view);
    ImGui::EndGroup();
    if (layout.beside) ImGui::SameLine();
    ImGui::BeginGroup();
    if (compared)
      draw_difference(*compared, selection, layout.picture, view);
    else
      draw_card_map(
          scene, words_of_map(scene, view.lanes.compare), [&](int query) { view.selection.query = query; }, view);
    ImGui::EndGroup();
    if (indent > 0) ImGui::Unindent(indent);
    draw_class_answer(scene);
    draw_card_foot(scene);
  });
}

}  // namespace lab
