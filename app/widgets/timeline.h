#pragma once
// Timeline: places side by side, one of them current; the last is now. Click or drag chooses one. Equal distances are
// equal numbers of places, not of steps: labels under the line say which steps they are.

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace lab {

struct TimelinePlace {
  int64_t step = 0;
  bool marked = false;  // with a dot
  bool pinned = false;  // with a pin above
};

/// `width` real pixels wide, as high as a frame and its labels. `current`: the place of the knob, counted from 0;
/// places.size(): now. Returns the place that was chosen in this frame, or −1. `tip` says what a place is.
int timeline(const char* id, std::span<const TimelinePlace> places, int current, float width,
             const std::function<std::string(int place)>& tip);
/// Logical pixels.
constexpr float kTimelineHeight = 36;

}  // namespace lab
