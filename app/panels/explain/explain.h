#pragma once
// The Explain page: where one lane's answer for the picture or text that is looked at came from, said in four ways, and
// how far each can be believed: the patches or tokens that it ranks highest are removed, and the answer falls, or does
// not.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_explain(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);

/// Asks for explanations of the selected lane while the page is open, and for none once it is closed; each once. Call
/// every frame.
void ask_for_explanation(const Snapshot& snapshot, View& view, Commands& commands);

/// The likeliest answer after the one that is explained; after the last of those that are offered the model's own.
void explain_next_answer(const Snapshot& snapshot, View& view);

}  // namespace lab
