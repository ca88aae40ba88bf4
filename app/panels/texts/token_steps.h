#pragma once
// Token steps: a writer goes on a token at a time, by the viewer's hand: the likeliest one, another one, one back. The
// text that is looked at grows and shrinks; the lanes answer at once.

#include <span>
#include <string>
#include <vector>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// Whether the lanes are writers.
bool writes(const Snapshot& snapshot);

/// Whether → and ← do it, on the page that shows it.
bool writes_by_hand(const Snapshot& snapshot, const View& view);

/// [V] what may come after the text, by a lane; empty where it does not write.
std::span<const float> next_probabilities(const Snapshot& snapshot, const LaneSnapshot& lane);
/// The likeliest of them that can stand in a text, the likeliest first.
std::vector<int> next_tokens(const Snapshot& snapshot, const LaneSnapshot& lane, int most);

/// The text with one token more, and without its last one (words with the space before them).
std::string with_token(const Tokenizer& tokenizer, const std::string& text, int token);
std::string without_last_token(const Tokenizer& tokenizer, const std::string& text);

/// Whose likeliest token it is: the highlighted lane, or the first.
const LaneSnapshot& writing_lane(const Snapshot& snapshot, const View& view);
void write_likeliest(const Snapshot& snapshot, View& view, Commands& commands);
void take_token_back(const Snapshot& snapshot, View& view, Commands& commands);

}  // namespace lab
