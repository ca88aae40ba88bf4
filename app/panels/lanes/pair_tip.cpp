#include "app/panels/lanes/pair_tip.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/lanes/compare.h"
#include "app/panels/texts/attentions.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"
#include "app/widgets/token_text.h"

namespace lab {
namespace {

constexpr float kWidth = 280;

/// The weight; where heads differ, how many of them have the pair.
std::string figure(const LaneSnapshot& lane, const LaneImage& image, const Selection& selection,
                   const PairHover& pair) {
  const TileMap& map = *image.pairs;
  if (pair.query >= map.queries() || pair.key >= map.keys()) return "no such token";
  if (!map.exists(pair.query, pair.key)) return "no such pair";
  const float weight = image.weights[static_cast<size_t>(pair.query) * map.keys() + pair.key];
  const std::vector<TileMapPtr>& heads = lane.maps[selection.layer].heads;
  const bool same = map.geometry() == heads.front()->geometry();  // not one of an answer's attentions
  const auto exists = [&](const auto& head) { return !same || head->exists(pair.query, pair.key); };
  const auto having = std::count_if(heads.begin(), heads.end(), exists);
  const bool some = selection.head < 0 && having < std::ssize(heads);
  return some ? fmt::format("{} of {} heads  {:.4f}", having, heads.size(), weight) : fmt::format("{:.4f}", weight);
}

void draw_weight(const LaneSnapshot& lane, const LaneImage& image, const Selection& selection, const PairHover& pair,
                 ImU32 colour) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string said = figure(lane, image, selection, pair);
  draw_swatch({at.x, at.y + theme().body->FontSize / 2}, colour);
  draw_text({at.x + px(17), at.y}, lane.title, theme().body, colour::kText,
            px(kWidth - 27) - text_width(said, theme().body));
  draw_text_right({at.x + px(kWidth), at.y}, said, theme().body,
                  said.starts_with("no ") ? colour::kQuiet : colour::kText);
  ImGui::Dummy({px(kWidth), px(22)});
}

/// Of the tokens of the attention that is looked at; those of an answer as the first lane has them.
std::pair<std::string, std::string> names(const Snapshot& snapshot, const LanesState& lanes, const PairHover& pair) {
  const LaneSnapshot& lane = snapshot.lanes.front();
  const Looking looking = looking_in(lane, lanes.text);
  return {query_name(snapshot, lane, looking, pair.query), key_name(snapshot, lane, looking, pair.key)};
}

/// What the weight was in the reference, where the lanes are compared with one.
void draw_compared(const Snapshot& snapshot, const LanesState& lanes, const PairHover& pair) {
  for (int lane = 0; lane < static_cast<int>(snapshot.lanes.size()); ++lane) {
    const ComparedMap* compared = comparison_of(lanes, lane);
    if (!compared || pair.query >= compared->queries || pair.key >= compared->keys) continue;
    const float change = compared->difference.difference[static_cast<size_t>(pair.query) * compared->keys + pair.key];
    caption(fmt::format("{}: {:+.4f} against {}", snapshot.lanes[lane].title, change, compared->then));
  }
}

/// In which lanes attention dropout left the pair out.
void draw_dropped(const Snapshot& snapshot, const Selection& selection, const PairHover& pair) {
  std::string lanes;
  for (const LaneSnapshot& lane : snapshot.lanes) {
    const std::vector<float> dropped = selected_dropped(lane, selection);
    const size_t at = static_cast<size_t>(pair.query) * snapshot.geometry.keys + pair.key;
    if (!dropped.empty() && dropped[at] > 0) lanes += (lanes.empty() ? "" : ", ") + lane.title;
  }
  if (!lanes.empty()) caption("dropped in the last training step: " + lanes);
}

}  // namespace

void draw_pair_tip(const Snapshot& snapshot, const Selection& selection, const LanesState& lanes) {
  const PairHover& pair = lanes.next_hovered;
  if (pair.query < 0) return;
  ImGui::BeginTooltip();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, px(2)});
  const auto [query, key] = names(snapshot, lanes, pair);
  styled_text(sentence_text(fmt::format("{} → {}", query, key), *theme().strong), theme().strong, colour::kText);
  caption(fmt::format("share of its attention, layer {}, {}", selection.layer + 1,
                      head_name(selection.head, snapshot.experiment.model.heads)));
  ImGui::Dummy({1, px(2)});
  for (size_t i = 0; i < snapshot.lanes.size(); ++i)
    draw_weight(snapshot.lanes[i], lanes.images[static_cast<int>(i)], selection, pair,
                lane_colour(static_cast<int>(i)));
  draw_compared(snapshot, lanes, pair);
  if (looking_in(snapshot.lanes.front(), lanes.text) == Looking::kTokens) draw_dropped(snapshot, selection, pair);
  ImGui::PopStyleVar();
  ImGui::EndTooltip();
}

}  // namespace lab
