#pragma once
// A scatter plot: points with a name, a shape and a spread, and a stepped line through those that are the best bargain.
// Better is always higher, cheaper always further left.

#include <imgui.h>

#include <span>
#include <string>
#include <vector>

#include "app/widgets/box.h"

namespace lab {

enum class Mark { kDisc, kSquare, kTriangle, kDiamond };

struct ScatterPoint {
  std::string name;  // written beside it where there is room
  std::string note;  // in its tooltip
  float x = 0, y = 0;
  float spread_x = 0, spread_y = 0;  // bars this far to both sides
  ImU32 colour = 0;
  Mark mark = Mark::kDisc;
  bool hollow = false;
  bool front = false;  // the stepped line passes through it
};

struct ScatterOptions {
  float height = 300;           // logical pixels
  bool less_is_better = false;  // the y axis grows downwards
  std::string_view x_name, y_name;
};

/// Of points at one place the first lies on top. As wide as the space that is left. Returns the point under the mouse,
/// or −1.
int scatter_plot(const char* id, std::span<const ScatterPoint> points, const ScatterOptions& options);

/// Where a label of each size may stand beside its point: within `frame`, over no point and no other label. A label for
/// which there is no room gets an empty box.
std::vector<Box> place_labels(std::span<const ImVec2> points, std::span<const ImVec2> sizes, const Box& frame,
                              float radius);

}  // namespace lab
