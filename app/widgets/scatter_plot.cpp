#include "app/widgets/scatter_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/widgets/axis.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kRadius = 5.5f;

struct Frame {
  Box box;
  Axis x, y;
  ImVec2 at(float to_x, float to_y) const { return {x.pixel(to_x), y.pixel(to_y)}; }
};

/// From 0 at the cheap end; the worths with a margin.
Frame frame_of(std::span<const ScatterPoint> points, const ScatterOptions& options, const Box& box) {
  float right = 0, low = 1e30f, high = -1e30f;
  for (const ScatterPoint& point : points) {
    right = std::max(right, point.x + point.spread_x);
    low = std::min(low, point.y - point.spread_y);
    high = std::max(high, point.y + point.spread_y);
  }
  if (!(low <= high)) low = 0, high = 1;
  const float margin = std::max((high - low) * 0.15f, 0.005f);
  low = std::max(0.0f, low - margin), high += margin;
  if (!options.less_is_better) high = std::min(high, std::max(1.0f, high - margin));
  const float bottom = options.less_is_better ? box.low.y : box.high.y, top = box.low.y + box.high.y - bottom;
  return {box, Axis(0, right > 0 ? right * 1.08f : 1, box.low.x, box.high.x), Axis(low, high, bottom, top)};
}

void draw_axes(const Frame& frame, const ScatterOptions& options) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImFont* font = theme().caption;
  const Box& box = frame.box;
  for (const float tick : frame.y.ticks(std::max(2, static_cast<int>((box.high.y - box.low.y) / px(44))))) {
    const float y = std::round(frame.y.pixel(tick));
    list.AddLine({box.low.x, y}, {box.high.x, y}, colour::kGrid);
    draw_text_right({box.low.x - px(6), y - font->FontSize / 2}, brief(tick), font, colour::kQuiet);
  }
  const float name_left = box.high.x - text_width(options.x_name, font) - px(8);
  for (const float tick : frame.x.ticks(std::max(2, static_cast<int>((box.high.x - box.low.x) / px(90))))) {
    const float x = std::round(frame.x.pixel(tick));
    list.AddLine({x, box.low.y}, {x, box.high.y}, colour::kGrid);
    const std::string label = brief(tick);
    const float width = text_width(label, font);
    if (x + width / 2 < name_left) draw_text({x - width / 2, box.high.y + px(4)}, label, font, colour::kQuiet);
  }
  draw_text_right({box.high.x, box.high.y + px(4)}, options.x_name, font, colour::kQuiet);
  draw_text({box.low.x, box.low.y - font->FontSize - px(4)}, options.y_name, font, colour::kQuiet);
}

/// What the least cost, and then each more, buys.
void draw_front(const Frame& frame, std::span<const ScatterPoint> points) {
  std::vector<ImVec2> on_front;
  for (const ScatterPoint& point : points)
    if (point.front) on_front.push_back(frame.at(point.x, point.y));
  if (on_front.empty()) return;
  std::sort(on_front.begin(), on_front.end(), [](const ImVec2& a, const ImVec2& b) { return a.x < b.x; });
  std::vector<ImVec2> steps = {{on_front[0].x, frame.box.high.y}};
  for (const ImVec2& point : on_front) {
    if (point.x > steps.back().x) steps.push_back({point.x, steps.back().y});
    if (point.y != steps.back().y) steps.push_back(point);
  }
  steps.push_back({frame.box.high.x, steps.back().y});
  ImGui::GetWindowDrawList()->AddPolyline(steps.data(), static_cast<int>(steps.size()), colour::rgb(0x9A9FA6), 0,
                                          px(2));
}

void draw_bars(const Frame& frame, const ScatterPoint& point) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 low = frame.at(point.x - point.spread_x, point.y - point.spread_y),
               high = frame.at(point.x + point.spread_x, point.y + point.spread_y), at = frame.at(point.x, point.y);
  const float cap = px(4), thick = px(1.5f);
  if (point.spread_y > 0) {
    list.AddLine({at.x, low.y}, {at.x, high.y}, point.colour, thick);
    for (const float y : {low.y, high.y}) list.AddLine({at.x - cap, y}, {at.x + cap, y}, point.colour, thick);
  }
  if (point.spread_x > 0) {
    list.AddLine({low.x, at.y}, {high.x, at.y}, point.colour, thick);
    for (const float x : {low.x, high.x}) list.AddLine({x, at.y - cap}, {x, at.y + cap}, point.colour, thick);
  }
}

/// A disc and its kin are polygons: of many corners, or of 4 or 3, turned.
struct Polygon {
  int corners;
  float turn, size;
};
Polygon polygon_of(Mark mark) {
  constexpr float kRight = 1.5707963f;
  switch (mark) {
    case Mark::kDisc:
      return {20, 0, 1};
    case Mark::kSquare:
      return {4, kRight / 2, 1.2f};
    case Mark::kTriangle:
      return {3, -kRight, 1.3f};
    case Mark::kDiamond:
      return {4, 0, 1.3f};
  }
  return {20, 0, 1};
}

void draw_mark(ImVec2 centre, const ScatterPoint& point, float radius) {
  const Polygon shape = polygon_of(point.mark);
  std::vector<ImVec2> corners;
  for (int i = 0; i < shape.corners; ++i) {
    const float angle = shape.turn + 6.2831853f * static_cast<float>(i) / static_cast<float>(shape.corners);
    corners.push_back(
        {centre.x + radius * shape.size * std::cos(angle), centre.y + radius * shape.size * std::sin(angle)});
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddConvexPolyFilled(corners.data(), shape.corners, point.hollow ? colour::kPanel : point.colour);
  list.AddPolyline(corners.data(), shape.corners, point.hollow ? point.colour : colour::kPanel, ImDrawFlags_Closed,
                   px(point.hollow ? 2 : 1));
}

void draw_labels(const Frame& frame, std::span<const ScatterPoint> points, std::span<const ImVec2> places) {
  ImFont* font = theme().caption;
  std::vector<ImVec2> sizes;
  for (const ScatterPoint& point : points) sizes.push_back({text_width(point.name, font), font->FontSize});
  const std::vector<Box> boxes = place_labels(places, sizes, frame.box, px(kRadius + 2));
  for (size_t i = 0; i < points.size(); ++i) {
    if (boxes[i].high.x <= boxes[i].low.x) continue;
    ImGui::GetWindowDrawList()->AddRectFilled(boxes[i].low, boxes[i].high, colour::faded(colour::kPanel, 215));
    draw_text(boxes[i].low, points[i].name, font, colour::kText);
  }
}

int nearest(std::span<const ImVec2> places) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  int found = -1;
  float best = px(14);
  for (size_t i = 0; i < places.size(); ++i) {
    const float distance = std::hypot(places[i].x - mouse.x, places[i].y - mouse.y);
    if (distance < best) best = distance, found = static_cast<int>(i);
  }
  return found;
}

void point_tip(const ScatterPoint& point) {
  ImGui::BeginTooltip();
  styled_text(point.name, theme().strong, colour::kText);
  caption(point.note);
  ImGui::EndTooltip();
}

bool inside(const Box& box, const Box& frame) {
  return box.low.x >= frame.low.x && box.high.x <= frame.high.x && box.low.y >= frame.low.y &&
         box.high.y <= frame.high.y;
}

bool is_free(const Box& box, std::span<const ImVec2> points, std::span<const Box> taken, float radius) {
  const auto over_point = [&](const ImVec2& p) {
    return box.overlaps({{p.x - radius, p.y - radius}, {p.x + radius, p.y + radius}});
  };
  return std::none_of(points.begin(), points.end(), over_point) &&
         std::none_of(taken.begin(), taken.end(), [&](const Box& other) { return box.overlaps(other); });
}

}  // namespace

std::vector<Box> place_labels(std::span<const ImVec2> points, std::span<const ImVec2> sizes, const Box& frame,
                              float radius) {
  // Above at the right, where the line through the best never runs; then to each side and corner, and further away.
  static const ImVec2 kSides[] = {{1, -1}, {1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, 1}, {-1, -1}, {-1, 1}};
  std::vector<Box> placed;
  for (size_t i = 0; i < points.size(); ++i) {
    Box found{};
    for (const float away : {1.2f, 2.4f})
      for (const ImVec2& side : kSides) {
        const float reach = radius * away;
        const ImVec2 low = {points[i].x + side.x * reach + (side.x - 1) / 2 * sizes[i].x,
                            points[i].y + side.y * reach + (side.y - 1) / 2 * sizes[i].y};
        const Box box = {low, {low.x + sizes[i].x, low.y + sizes[i].y}};
        const bool open = found.high.x <= found.low.x && inside(box, frame);
        if (open && is_free(box, points, placed, radius)) found = box;
      }
    placed.push_back(found);
  }
  return placed;
}

int scatter_plot(const char* id, std::span<const ScatterPoint> points, const ScatterOptions& options) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size = {std::max(px(120), ImGui::GetContentRegionAvail().x), px(options.height)};
  const Box box = {{at.x + px(40), at.y + px(22)}, {at.x + size.x - px(6), at.y + size.y - px(22)}};
  const Frame frame = frame_of(points, options, box);
  ImGui::InvisibleButton(id, size);
  draw_axes(frame, options);
  draw_front(frame, points);
  std::vector<ImVec2> places;
  for (const ScatterPoint& point : points) places.push_back(frame.at(point.x, point.y));
  for (const ScatterPoint& point : points) draw_bars(frame, point);
  const int hovered = ImGui::IsItemHovered() ? nearest(places) : -1;
  draw_labels(frame, points, places);
  for (int i = static_cast<int>(points.size()) - 1; i >= 0; --i)
    draw_mark(places[i], points[i], px(i == hovered ? kRadius + 2 : kRadius));
  if (hovered >= 0) point_tip(points[hovered]);
  return hovered;
}

}  // namespace lab
