#include "app/panels/pair_tip.h"

#include <fmt/format.h>

#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kWidth = 250;

void draw_weight(const LaneSnapshot& lane, const LaneImage& image, const PairHover& pair, ImU32 colour) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool exists = lane.map->exists(pair.query, pair.key);
  const float weight = image.weights[static_cast<size_t>(pair.query) * lane.map->keys() + pair.key];
  draw_swatch({at.x, at.y + theme().body->FontSize / 2}, colour);
  draw_text({at.x + px(17), at.y}, lane.title, theme().body, colour::kText, px(kWidth - 100));
  draw_text_right({at.x + px(kWidth), at.y}, exists ? fmt::format("{:.4f}", weight) : "no such pair", theme().body,
                  exists ? colour::kText : colour::kQuiet);
  ImGui::Dummy({px(kWidth), px(22)});
}

}  // namespace

void draw_pair_tip(const Snapshot& snapshot, const Selection& selection, const LanesState& lanes) {
  const PairHover& pair = lanes.next_hovered;
  if (pair.query < 0) return;
  ImGui::BeginTooltip();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, px(2)});
  styled_text(
      fmt::format("{} → {}", token_name(snapshot.geometry, pair.query), token_name(snapshot.geometry, pair.key)),
      theme().strong, colour::kText);
  caption(fmt::format("share of its attention, layer {}, {}", selection.layer + 1,
                      head_name(selection.head, snapshot.experiment.model.heads)));
  ImGui::Dummy({1, px(2)});
  for (size_t i = 0; i < snapshot.lanes.size(); ++i)
    draw_weight(snapshot.lanes[i], lanes.images[static_cast<int>(i)], pair, lane_colour(static_cast<int>(i)));
  ImGui::PopStyleVar();
  ImGui::EndTooltip();
}

}  // namespace lab
