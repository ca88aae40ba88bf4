#pragma once
// Change it: the row of what a viewer can change in the attention of one lane while it is looked at (the highlighted
// lane, or the first; the attention, layer and heads that are shown), and the list of what is changed, with what each
// change does to the accuracy on the whole test set. By mouse: a double click on a patch or a column of a map masks
// that token; Ctrl and a drag up or down on a cell of a map moves its weight.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

void draw_change_it(const Snapshot& snapshot, View& view, Commands& commands);

/// Of the heads that are looked at: switches them off and on, makes them even or not, multiplies their scores.
void switch_heads(const Snapshot& snapshot, const View& view, Commands& commands, Intervention::What what);
void sharpen_heads(const Snapshot& snapshot, const View& view, Commands& commands, float factor);
/// The token that looks is there for no one, or again for all; where an answer looks at a text, the token of the text
/// that is looked at most.
void mask_query(const Snapshot& snapshot, const View& view, Commands& commands);
/// A new lane that goes on from the latest checkpoint without what the latest change of a lane took away, or at the
/// temperature that it set (retraining.h); nothing where that cannot be trained.
void retrain_without_it(const Snapshot& snapshot, Commands& commands);

/// What the mouse does over a lane's picture or map, before draw_change_it carries it out.
void double_click_token(ChangeState& state, int lane, Attending attending, int token);
void begin_weight_drag(const Snapshot& snapshot, const Selection& selection, ChangeState& state, int lane,
                       Attending attending, int query, int key);

}  // namespace lab
