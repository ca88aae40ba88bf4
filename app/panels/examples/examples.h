#pragma once
// The Examples page: small examples of attention, worked out step by step; their numbers are fields at the left, and
// what follows from them is told at the right.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_examples(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);

/// What keys do: the next example; the article's numbers again; the next number (`by` 1) or the one before (−1), and
/// that number up or down.
void open_next_example(ExamplesState& state);
void reset_example(ExamplesState& state);
void choose_number(ExamplesState& state, int by);
void change_number(ExamplesState& state, int by);

}  // namespace lab
