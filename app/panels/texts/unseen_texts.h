#pragma once
// Unseen texts: what a lane makes of the texts that its data set keeps from training, every class with its probability.
// No answer to them is known, so none is called right.

#include "app/panels/texts/text_answers.h"

namespace lab {

/// In a card of that width; 0 where there are none. Real pixels.
float height_of_unseen(const Snapshot& snapshot, float width);
/// At the cursor.
void draw_unseen(const TextScene& scene);

}  // namespace lab
