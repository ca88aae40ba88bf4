#pragma once
// The baseline: what counting alone reaches, for the curves.

#include "app/panels/view.h"

namespace lab {

/// Once a frame: begins to count when there is other data, and a window to show it.
void follow_baseline(const Snapshot& snapshot, View& view);

/// Where it is known by now: an accuracy, or of a writer a loss for each of its tokens.
std::optional<Baseline> known_baseline(const View& view);

}  // namespace lab
