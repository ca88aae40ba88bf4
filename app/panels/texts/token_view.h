#pragma once
// Token view: the attention of a lane over tokens, as a map with the tokens along its edges or as lines between two
// columns of tokens; while lanes are compared, as a map of what is different. Of a translator, where there is room, the
// two other attentions stand small beside the one looked at. All lanes show the same part.

#include <imgui.h>

#include <span>
#include <string>

#include "app/panels/lanes/card_parts.h"

namespace lab {

/// Who looks at whom.
struct SeenTokens {
  std::span<const std::string> asking, looked_at;
};
SeenTokens seen_tokens(const Snapshot& snapshot, const LaneSnapshot& lane, Looking looking);

/// Whether a card that is so wide shows all three attentions of a translator; then the width of the one looked at.
bool shows_all_attentions(const LaneSnapshot& lane, float width);
float width_of_large(float width);

/// In `room` real pixels, under its caption. A click chooses who looks, and which attention.
void draw_token_view(const CardScene& scene, const CardWords& words, ImVec2 room, View& view);

/// Map or lines, and a translator's path, as chips in a row.
void draw_token_choices(const Snapshot& snapshot, View& view);
float token_choices_width(const Snapshot& snapshot);

/// What keys do: enlarge the maps around the token that looks; by 0: all is seen again.
void zoom_maps(const Snapshot& snapshot, View& view, float factor);
/// Once a frame: brings the token that looks into sight where another one looks than before.
void follow_query(const Snapshot& snapshot, View& view);

}  // namespace lab
