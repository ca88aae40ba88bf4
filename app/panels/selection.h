#pragma once
// Selection: what the viewer points at. One selection drives every lane.

#include <string>

#include "core/live/snapshot.h"

namespace lab {

struct Selection {
  int lane = -1;   // highlighted; −1: none
  int layer = -1;  // −1: the last
  int head = -1;   // −1: the mean of all
  int query = -1;  // a token; −1: the patch in the middle, the token that answers
  bool operator==(const Selection&) const = default;
};

/// The same selection with what is −1 or out of range replaced by what is shown.
Selection resolve(const Selection& selection, const Snapshot& snapshot);

/// "row 3, column 4", "the class token", "token 7".
std::string token_name(const Geometry& geometry, int token);
/// The same, and of the probe's text “cat”.
std::string token_name(const Snapshot& snapshot, int token);
/// How a token reads where it stands alone: “cat”; a space is shown as ·, the end of a line as ¶.
std::string quoted_token(const std::string& label);
std::string visible_token(const std::string& label);
/// "mean of 4 heads", "head 2 of 4"
std::string head_name(int head, int heads);

/// The pairs that exist in a lane at a resolved selection's layer and head; of the mean of heads, those of any.
const TileMap& selected_map(const LaneSnapshot& lane, const Selection& selection);
/// The same of any attention.
const TileMap& selected_map(const std::vector<LayerMaps>& maps, const Selection& selection);
/// [N, N] weights of a lane at a resolved selection's layer and head, on the probe picture.
std::vector<float> selected_weights(const LaneSnapshot& lane, const Selection& selection);

/// The same of any attention: of `all`, [L, H, queries, keys].
std::vector<float> selected_weights(const std::vector<float>& all, const std::vector<LayerMaps>& maps,
                                    const Selection& selection);

/// [N, N] the share of the heads looked at in which attention dropout left out a pair in the latest training step;
/// empty without it.
std::vector<float> selected_dropped(const LaneSnapshot& lane, const Selection& selection);

}  // namespace lab
