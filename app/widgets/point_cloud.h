#pragma once
// A cloud of many small points of two kinds, discs and diamonds, in a plane where both directions have one scale; some
// stand out, and two may be joined.

#include <imgui.h>

#include <array>
#include <span>
#include <string_view>

namespace lab {

/// Points of one kind.
struct CloudKind {
  std::string_view name;  // in the legend
  ImU32 colour = 0;
  bool diamond = false;
  std::span<const std::array<float, 2>> places;
  int front_begin = 0, front_end = 0;  // the points that stand out

  bool in_front(int point) const { return point >= front_begin && point < front_end; }
};

struct CloudOptions {
  ImVec2 size;                           // real pixels
  std::array<int, 2> joined = {-1, -1};  // one point of each kind
  std::array<std::string_view, 2> axes;  // what the directions are
};

/// A point of a kind.
struct CloudPoint {
  int kind = -1, point = -1;
  explicit operator bool() const { return kind >= 0; }
};
/// The point nearest to the mouse, where one is near; those that stand out first.
struct CloudMouse {
  CloudPoint hovered;
  bool clicked = false;
};
CloudMouse point_cloud(const char* id, std::span<const CloudKind, 2> kinds, const CloudOptions& options);

}  // namespace lab
