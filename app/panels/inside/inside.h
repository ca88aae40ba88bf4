#pragma once
// The Inside page: one lane looked into, in four views: every head at once, the queries and keys of one, what the lane
// mistakes for what, and how its weights are spread. What is shown is of the weights of one step, which is named.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_inside(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);

/// Asks for what the open view shows, and for nothing once the page is closed; each once. Call every frame.
void ask_for_inside(const Snapshot& snapshot, View& view, Commands& commands);

/// Opens the page, with that head large where `layer` is not −1.
void open_inside(View& view, InsideView shown, int layer = -1, int head = -1);

/// Of the worst mistakes; after the last, or from elsewhere, at the first.
void look_at_next_mistake(const Snapshot& snapshot, Commands& commands);

/// The key of a view.
std::string_view inside_key(InsideView view);

}  // namespace lab
