#pragma once
// What the viewer does to change attention, from frame to frame.

namespace lab {

struct ChangeState {
  bool open = false;                       // the row of what can be changed
  int masked_lane = -1, masked_token = 0;  // just double-clicked; −1: none

  /// A weight that is dragged up or down.
  struct Drag {
    int lane = -1, query = 0, key = 0;  // −1: none
    float from_y = 0;                   // of the mouse, when it began
    float start = 0, amount = 0;        // the weight then, and now
  } drag;
};

}  // namespace lab
