#pragma once
// Box: an upright rectangle on screen.

#include <imgui.h>

namespace lab {

struct Box {
  ImVec2 low, high;
  bool overlaps(const Box& other) const {
    return low.x < other.high.x && other.low.x < high.x && low.y < other.high.y && other.low.y < high.y;
  }
};

}  // namespace lab
