#include "app/panels/lanes/lanes.h"

#include <algorithm>

#include "app/panels/lanes/change_it.h"
#include "app/panels/lanes/compare.h"
#include "app/panels/lanes/lane_card.h"
#include "app/panels/lanes/looking_at.h"
#include "app/panels/lanes/pair_tip.h"
#include "app/panels/texts/text_card.h"
#include "app/panels/texts/token_view.h"
#include "app/widgets/text.h"
#include "core/train/alike.h"
#include "core/train/reach.h"

namespace lab {
namespace {

constexpr float kNarrowest = 168;  // of a card, logical pixels

/// Where they do not fit, the row of cards scrolls sideways, and the panel around it down.
void draw_cards(const Snapshot& snapshot, const Selection& selection, View& view, Commands& commands) {
  const int count = static_cast<int>(snapshot.lanes.size());
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float gap = px(space::kGap);
  const float even = std::floor((room.x - gap * static_cast<float>(count - 1)) / static_cast<float>(count));
  const float width = std::max(even, px(kNarrowest));
  const bool texts = !snapshot.tokens.empty();
  const CardLayout layout = lay_out_card(width, room.y);
  const TextCardLayout of_text =
      texts ? lay_out_text_cards(snapshot, width, room.y, view.lanes.tokens.lines) : TextCardLayout{};
  const float height = texts ? of_text.height : layout.height;
  const float bar = width > even ? ImGui::GetStyle().ScrollbarSize : 0;
  ImGui::BeginChild(
      "cards", {0, height + bar}, false,
      ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoBackground);
  for (int lane = 0; lane < count; ++lane) {
    if (lane > 0) ImGui::SameLine(0, gap);
    if (texts)
      draw_text_card(snapshot, lane, selection, of_text, view, commands);
    else
      draw_lane_card(snapshot, lane, selection, layout, view);
  }
  ImGui::EndChild();
}

/// What follows from the patterns alone, whatever is learnt: which lanes learn the same, and, where a task's answer
/// stands at a known distance, what each lane can hear of it at all.
void draw_what_follows(const Snapshot& snapshot) {
  if (const std::string same = alike_in_words(snapshot.experiment, *snapshot.data); !same.empty()) small_print(same);
  for (const LaneSnapshot& lane : snapshot.lanes) {
    const std::string why = reach_in_words({*snapshot.data, snapshot.experiment.model, lane.lane});
    if (!why.empty()) small_print(lane.title + ": " + why);
  }
}

}  // namespace

void draw_lanes(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  LanesState& lanes = view.lanes;
  lanes.hovered = std::exchange(lanes.next_hovered, {});
  const Selection selection = resolve(view.selection, snapshot);
  lanes.images.update(snapshot, selection, lanes.text, lanes.style, textures);
  follow_query(snapshot, view);
  update_comparison(snapshot, selection, lanes.text, lanes.style, lanes.compare, textures);
  draw_looking_at(snapshot, view, commands);
  draw_what_follows(snapshot);
  draw_change_it(snapshot, view, commands);
  ImGui::Dummy({1, px(2)});
  draw_cards(snapshot, selection, view, commands);
  draw_pair_tip(snapshot, selection, lanes);
}

}  // namespace lab
