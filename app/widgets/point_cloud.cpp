#include "app/widgets/point_cloud.h"

#include <algorithm>
#include <cmath>

#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kRadius = 2.2f, kFront = 4, kJoined = 7, kNear = 12, kLegend = 24, kMargin = 14;  // logical pixels

/// From the plane to the screen.
struct Frame {
  ImVec2 low, high;
  float scale = 1;
  std::array<float, 2> middle{};

  ImVec2 at(const std::array<float, 2>& place) const {
    return {(low.x + high.x) / 2 + (place[0] - middle[0]) * scale,
            (low.y + high.y) / 2 - (place[1] - middle[1]) * scale};
  }
};

Frame frame_of(std::span<const CloudKind, 2> kinds, ImVec2 low, ImVec2 high) {
  std::array<float, 2> least = {0, 0}, most = {0, 0};
  bool first = true;
  for (const CloudKind& kind : kinds)
    for (const auto& place : kind.places) {
      for (int d = 0; d < 2; ++d) {
        least[d] = first ? place[d] : std::min(least[d], place[d]);
        most[d] = first ? place[d] : std::max(most[d], place[d]);
      }
      first = false;
    }
  Frame frame = {low, high, 1, {(least[0] + most[0]) / 2, (least[1] + most[1]) / 2}};
  const float wide = std::max(most[0] - least[0], 1e-6f), tall = std::max(most[1] - least[1], 1e-6f);
  frame.scale = std::min((high.x - low.x - 2 * px(kMargin)) / wide, (high.y - low.y - 2 * px(kMargin)) / tall);
  return frame;
}

void draw_mark(const CloudKind& kind, ImVec2 at, float radius, ImU32 colour) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float r = radius * (kind.diamond ? 1.25f : 1);
  if (kind.diamond)
    list.AddQuadFilled({at.x, at.y - r}, {at.x + r, at.y}, {at.x, at.y + r}, {at.x - r, at.y}, colour);
  else if (radius < px(3))
    list.AddRectFilled({at.x - r, at.y - r}, {at.x + r, at.y + r}, colour);  // of so few pixels a disc is a square
  else
    list.AddCircleFilled(at, r, colour, 12);
}

void draw_points(std::span<const CloudKind, 2> kinds, const Frame& frame) {
  for (const bool front : {false, true})
    for (const CloudKind& kind : kinds)
      for (int i = 0; i < static_cast<int>(kind.places.size()); ++i)
        if (front == kind.in_front(i))
          draw_mark(kind, frame.at(kind.places[i]), px(front ? kFront : kRadius),
                    front ? kind.colour : colour::faded(kind.colour, 70));
}

void draw_joined(std::span<const CloudKind, 2> kinds, const Frame& frame, const CloudOptions& options) {
  if (options.joined[0] < 0 || options.joined[1] < 0) return;
  const ImVec2 a = frame.at(kinds[0].places[options.joined[0]]), b = frame.at(kinds[1].places[options.joined[1]]);
  ImGui::GetWindowDrawList()->AddLine(a, b, colour::kText, px(2));
  for (int kind = 0; kind < 2; ++kind) {
    const ImVec2 at = kind == 0 ? a : b;
    draw_mark(kinds[kind], at, px(kJoined + 2), colour::kPanel);
    draw_mark(kinds[kind], at, px(kJoined), kinds[kind].colour);
  }
}

/// Faint lines cross at 0, 0.
void draw_ground(const Frame& frame, const CloudOptions& options) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(frame.low, frame.high, colour::kField, px(4));
  list.AddRect(frame.low, frame.high, colour::kLine, px(4));
  const ImVec2 zero = frame.at({0, 0});
  if (zero.x > frame.low.x && zero.x < frame.high.x)
    list.AddLine({zero.x, frame.low.y}, {zero.x, frame.high.y}, colour::kGrid);
  if (zero.y > frame.low.y && zero.y < frame.high.y)
    list.AddLine({frame.low.x, zero.y}, {frame.high.x, zero.y}, colour::kGrid);
  draw_text_right({frame.high.x - px(6), frame.high.y - px(20)}, options.axes[0], theme().caption, colour::kQuiet);
  draw_text({frame.low.x + px(6), frame.low.y + px(5)}, options.axes[1], theme().caption, colour::kQuiet);
}

void draw_legend(std::span<const CloudKind, 2> kinds, ImVec2 at) {
  for (const CloudKind& kind : kinds) {
    draw_mark(kind, {at.x + px(6), at.y + px(9)}, px(5), kind.colour);
    draw_text({at.x + px(16), at.y + px(1)}, kind.name, theme().caption, colour::kText);
    at.x += px(36) + text_width(kind.name, theme().caption);
  }
}

CloudPoint nearest(std::span<const CloudKind, 2> kinds, const Frame& frame) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  CloudPoint found;
  float best = px(kNear);
  for (int kind = 0; kind < 2; ++kind)
    for (int i = 0; i < static_cast<int>(kinds[kind].places.size()); ++i) {
      const ImVec2 at = frame.at(kinds[kind].places[i]);
      const float distance = std::hypot(at.x - mouse.x, at.y - mouse.y) * (kinds[kind].in_front(i) ? 0.5f : 1);
      if (distance < best) best = distance, found = {kind, i};
    }
  return found;
}

}  // namespace

CloudMouse point_cloud(const char* id, std::span<const CloudKind, 2> kinds, const CloudOptions& options) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  CloudMouse mouse;
  mouse.clicked = ImGui::InvisibleButton(id, options.size);
  const Frame frame = frame_of(kinds, {at.x, at.y + px(kLegend)}, {at.x + options.size.x, at.y + options.size.y});
  if (ImGui::IsItemHovered()) mouse.hovered = nearest(kinds, frame);
  draw_legend(kinds, at);
  draw_ground(frame, options);
  draw_points(kinds, frame);
  draw_joined(kinds, frame, options);
  return mouse;
}

}  // namespace lab
