#pragma once
// Curves: how the lanes learn. Training loss, test loss and test accuracy, every lane in each plot.

#include "app/panels/view.h"

namespace lab {

/// The latest figures (of at least one lane); also the legend: each lane's colour under its name.
void draw_results(const Snapshot& snapshot);

/// `height`: real pixels that the three plots share, down to a smallest size.
void draw_curves(const Snapshot& snapshot, View& view, float height);

}  // namespace lab
