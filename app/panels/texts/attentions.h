#pragma once
// A translator's three attentions on the screen: which of them is looked at, who looks in it at whom, and the chips
// that choose it. Every other model has the first alone.

#include <string>

#include "app/panels/selection.h"
#include "app/panels/texts/text_state.h"

namespace lab {

bool translates(const Snapshot& snapshot);

/// Which one is looked at in a lane.
Looking looking_in(const LaneSnapshot& lane, const TextLook& text);

/// One attention of a lane.
struct LaneAttention {
  const std::vector<LayerMaps>& maps;  // [L]
  const std::vector<float>& weights;   // [L, H, queries, keys]
};
LaneAttention attention_of(const LaneSnapshot& lane, Looking looking);

/// The token that looks, of a resolved selection.
int query_in(const LaneSnapshot& lane, Looking looking, const Selection& selection, const TextLook& text);
void choose_query(Looking looking, int query, Selection& selection, TextLook& text);

/// How the tokens that look, and those looked at, are called: “cat”, token 7.
std::string query_name(const Snapshot& snapshot, const LaneSnapshot& lane, Looking looking, int token);
std::string key_name(const Snapshot& snapshot, const LaneSnapshot& lane, Looking looking, int token);

/// What happens in it, in a sentence.
const char* explanation_of(Looking looking);
/// The three as chips in a row.
void draw_attention_chips(TextLook& text);
float attention_chips_width();

}  // namespace lab
