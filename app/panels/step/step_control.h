#pragma once
// What the keys and buttons of the Step page do.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// So many stages on, or back.
void go_stages(const Snapshot& snapshot, View& view, int by);
/// The same kind of stage of the next layer; after the last, of the first.
void go_to_next_layer(const Snapshot& snapshot, View& view);
/// Flow, matrix, arithmetic: one deeper, while training rests so that the numbers stand still; or one out, false where
/// there is no way out.
void go_deeper(const Snapshot& snapshot, View& view, Commands& commands);
bool go_out(View& view);
/// Another sample of the batch.
void look_at_slot(const Snapshot& snapshot, View& view, int by);

/// Asks for the records that the page shows while it is open, and for none once it is closed; each once. Call every
/// frame.
void ask_for_step(const Snapshot& snapshot, View& view, Commands& commands);

}  // namespace lab
