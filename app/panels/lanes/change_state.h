#pragma once
// What the viewer does to change attention, from frame to frame.

#include "core/attention/attending.h"

namespace lab {

struct ChangeState {
  bool open = false;                         // the row of what can be changed
  int masked_lane = -1, masked_token = 0;    // just double-clicked; −1: none
  Attending masked_in = Attending::kTokens;  // the attention it was in

  /// A weight that is dragged up or down.
  struct Drag {
    int lane = -1, query = 0, key = 0;  // −1: none
    Attending attending = Attending::kTokens;
    float from_y = 0;             // of the mouse, when it began
    float start = 0, amount = 0;  // the weight then, and now
  } drag;
};

}  // namespace lab
