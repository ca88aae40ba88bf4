#pragma once
// The curves of all lanes as CSV: lane, curve, step, value; a row a point.

#include <string>
#include <vector>

#include "core/live/snapshot.h"

namespace lab {

std::string curves_csv(const std::vector<LaneSnapshot>& lanes);

}  // namespace lab
