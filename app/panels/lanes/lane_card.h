#pragma once
// Lane card: one lane's title and verdict, where the selected query looks, every token to every
// token, the answer and the price.

#include "app/panels/view.h"

namespace lab {

/// The size of the two pictures of every card, real pixels, and whether they stand side by side.
struct CardLayout {
  float width, height;
  float picture;
  bool beside;
};
CardLayout lay_out_card(float width, float height);

/// `selection` is resolved; clicks change the view's.
void draw_lane_card(const Snapshot& snapshot, int lane, const Selection& selection, const CardLayout& layout,
                    View& view);

}  // namespace lab
