#pragma once
// Curves: how the lanes learn. Training loss, test loss and test accuracy, every lane in each plot.

#include "app/panels/view.h"

namespace lab {

/// `height`: real pixels for all of it; the plots share what is left, down to a smallest size.
void draw_curves(const Snapshot& snapshot, View& view, float height);

}  // namespace lab
