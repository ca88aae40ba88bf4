#pragma once
// Text card: one lane's title and verdict, its text with every token on the colour of its weight, of a translator the
// answer too, every token to every token, and what it answers: classes, the text that it writes, what may come next.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// The same for every card, real pixels; `lines` between tokens instead of maps take what room there is.
struct TextCardLayout {
  float width, height;
  float text, answer;  // heights of the tokens; of no answer 0
  float map;           // side
  bool roomy;          // there is room for more answers
  bool beside;         // what may come next stands at the right of the map
  int bars;            // of what may come next
  float written;       // height of what a writer goes on with
  int answers;         // how many classes a classifier's answer lists
};
TextCardLayout lay_out_text_cards(const Snapshot& snapshot, float width, float height, bool lines = false);

/// `selection` is resolved; clicks change the view's. A click on what may come next goes on with it.
void draw_text_card(const Snapshot& snapshot, int lane, const Selection& selection, const TextCardLayout& layout,
                    View& view, Commands& commands);

}  // namespace lab
