#pragma once
// A snapshot made up for tests of the panels: three lanes on a 7 × 7 grid, with curves, costs
// and attention that sums to 1 over the pairs that exist.

#include "core/live/snapshot.h"

namespace lab::testing {

Snapshot sample_snapshot(int lanes = 3);

}  // namespace lab::testing
