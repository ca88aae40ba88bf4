#pragma once
// Token view: the attention of a lane over tokens, as a map with the tokens along its edges or as lines between two
// columns of tokens. All lanes show the same part of their maps.

#include <imgui.h>

#include <functional>
#include <span>
#include <string>

#include "app/panels/card_parts.h"

namespace lab {

/// Who looks at whom in the attention that a lane shows.
struct SeenTokens {
  std::span<const std::string> asking, looked_at;
  bool answers = false;  // asking are an answer's tokens
};
SeenTokens seen_tokens(const Snapshot& snapshot, const LaneSnapshot& lane, Looking looking);

/// [asking, looked_at] the weights, NaN where there is no such pair.
std::vector<float> seen_weights(const LaneImage& image);

/// In `room` real pixels; `chosen` is told which token was clicked, counted among those that look.
void draw_token_view(const CardScene& scene, ImVec2 room, const std::function<void(int)>& chosen, View& view);

/// Map or lines, the alignment path, the whole map again: as a row of chips.
void draw_token_choices(const Snapshot& snapshot, View& view);

/// What keys do: enlarge the maps by a factor around the token that looks; 0: all is seen again.
void zoom_maps(const Snapshot& snapshot, View& view, float factor);
/// Brings the token that looks into sight of the maps.
void reveal_query(const Snapshot& snapshot, View& view);

}  // namespace lab
