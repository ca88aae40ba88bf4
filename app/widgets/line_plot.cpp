#include "app/widgets/line_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "app/widgets/axis.h"
#include "app/widgets/box.h"
#include "app/widgets/colours.h"
#include "app/widgets/text.h"
#include "app/widgets/theme.h"
#include "app/widgets/wheel.h"

namespace lab {
namespace {

struct Range {
  float low = std::numeric_limits<float>::infinity(), high = -std::numeric_limits<float>::infinity();
  void include(float value) {
    if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  }
  bool empty() const { return !(low <= high); }
};

/// Where the plot lies on screen, and its two axes.
struct Frame {
  ImVec2 low, high;
  Axis x, y;
};

bool zoomed(const PlotView& view) { return view.high > view.low; }

Range step_range(const PlotOptions& options, const PlotView& view) {
  if (zoomed(view)) return {view.low, view.high};
  return {options.first_step, std::max(options.last_step, options.first_step + 1)};
}

Range value_range(std::span<const Line> lines, const PlotOptions& options, const Range& steps, bool whole) {
  Range range;
  for (const Line& line : lines)
    for (size_t i = 0; i < line.x.size(); ++i)
      if (line.x[i] >= steps.low && line.x[i] <= steps.high && !(options.logarithmic && line.y[i] <= 0))
        range.include(line.y[i]);
  if (whole && options.reference > 0) range.include(options.reference * (options.unit_range ? 1 : 1.04f));
  if (range.empty()) range = options.logarithmic ? Range{0.1f, 1} : Range{0, 1};
  if (options.logarithmic) return {range.low * 0.9f, range.high * 1.1f};
  if (whole && options.from_zero)
    return {std::min(0.0f, range.low * 1.02f), options.unit_range ? 1 : std::max(0.0f, range.high * 1.02f)};
  const float margin = std::max((range.high - range.low) * 0.08f, 1e-4f);
  return {std::max(0.0f, range.low - margin),
          options.unit_range ? std::min(1.0f, range.high + margin) : range.high + margin};
}

std::string tick_label(float value, float step) {
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-3f)), 0, 4);
  return fmt::format("{:.{}f}", value, decimals);
}

/// The ends, with the unit at the last; between them the labelled places, as far as they do not crowd.
void draw_x_labels(const Frame& frame, const PlotOptions& options, const Range& steps) {
  ImFont* font = theme().caption;
  const float below = frame.high.y + px(3);
  const std::string first = grouped(std::lround(steps.low));
  const std::string last = fmt::format("{} {}", grouped(std::lround(steps.high)), options.unit);
  draw_text({frame.low.x, below}, first, font, colour::kQuiet);
  draw_text_right({frame.high.x, below}, last, font, colour::kQuiet);
  float end = frame.low.x + text_width(first, font) + px(10);
  for (const float place : options.x_labels) {
    if (place <= steps.low || place >= steps.high) continue;
    const std::string label = grouped(std::lround(place));
    const float width = text_width(label, font), x = std::round(frame.x.pixel(place)), left = x - width / 2;
    ImGui::GetWindowDrawList()->AddLine({x, frame.low.y}, {x, frame.high.y}, colour::kGrid);
    if (left < end || left + width + px(10) > frame.high.x - text_width(last, font)) continue;
    draw_text({left, below}, label, font, colour::kQuiet);
    end = left + width + px(10);
  }
}

void draw_axes(const Frame& frame, const PlotOptions& options, const Range& steps) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImFont* font = theme().caption;
  constexpr int kMostTicks = 11;
  const std::vector<float> ticks =
      frame.y.ticks(std::clamp(static_cast<int>((frame.high.y - frame.low.y) / px(22)), 2, kMostTicks));
  const float step = ticks.size() > 1 && !options.logarithmic ? ticks[1] - ticks[0] : ticks.empty() ? 1 : ticks.front();
  float last = std::numeric_limits<float>::infinity();
  for (const float tick : ticks) {
    const float y = std::round(frame.y.pixel(tick));
    if (last - y < font->FontSize) continue;  // logarithmic labels crowd
    last = y;
    list.AddLine({frame.low.x, y}, {frame.high.x, y}, colour::kGrid);
    const std::string label = options.figure        ? options.figure(tick)
                              : options.logarithmic ? brief(tick)
                                                    : tick_label(tick, step);
    draw_text_right({frame.low.x - px(6), y - font->FontSize / 2}, label, font, colour::kQuiet);
  }
  draw_x_labels(frame, options, steps);
}

/// A dashed line with its name, whose box comes back.
Box draw_reference(const Frame& frame, const PlotOptions& options) {
  const float y = std::round(frame.y.pixel(options.reference));
  if (options.reference < 0 || y < frame.low.y - 1 || y > frame.high.y) return {};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (float x = frame.low.x; x < frame.high.x; x += px(7))
    list.AddLine({x, y}, {std::min(x + px(4), frame.high.x), y}, colour::rgb(0x9A9FA6), px(1));
  ImFont* font = theme().caption;
  const bool under = y - font->FontSize - px(1) < frame.low.y;
  const ImVec2 right = {frame.high.x, under ? y + px(1) : y - font->FontSize - px(1)};
  const Box box = {{right.x - text_width(options.reference_name, font) - px(3), right.y},
                   {right.x, right.y + font->FontSize}};
  list.AddRectFilled(box.low, box.high, colour::faded(colour::kPanel, 190));
  draw_text_right(right, options.reference_name, font, colour::kQuiet);
  return box;
}

/// At the right of its line or at its left, as high as it is free; nothing where it is free nowhere.
std::optional<Box> place_word(const Frame& frame, float x, float width, std::span<const Box> taken) {
  const float height = theme().caption->FontSize;
  for (float y = frame.low.y; y + height <= frame.high.y; y += px(2))
    for (const float left : {x + px(4), x - width - px(4)}) {
      const Box box = {{left, y}, {left + width, y + height}};
      const bool inside = left >= frame.low.x && left + width <= frame.high.x;
      if (inside && std::ranges::none_of(taken, [&](const Box& other) { return box.overlaps(other); })) return box;
    }
  return std::nullopt;
}

/// A line from top to bottom, with its word beside it.
void draw_marks(const Frame& frame, std::span<const PlotMark> marks, const Box& reference) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  std::vector<Box> taken = {reference};
  for (const PlotMark& mark : marks) {
    const float x = std::round(frame.x.pixel(mark.x));
    if (x < frame.low.x || x > frame.high.x) continue;
    for (float dash = frame.low.y; dash < frame.high.y; dash += px(5))
      list.AddLine({x, dash}, {x, std::min(dash + px(3), frame.high.y)}, mark.colour, px(1));
    if (mark.word.empty()) continue;
    const std::optional<Box> box = place_word(frame, x, text_width(mark.word, theme().caption), taken);
    if (!box) continue;
    list.AddRectFilled(box->low, box->high, colour::faded(colour::kPanel, 200));
    draw_text(box->low, mark.word, theme().caption, mark.colour);
    taken.push_back(*box);
  }
}

/// At most two points a column of pixels: the lowest and the highest there.
void draw_line(const Frame& frame, const Line& line) {
  std::vector<ImVec2> points;
  for (size_t i = 0; i < line.x.size();) {
    const float x = frame.x.pixel(line.x[i]);
    Range values;
    size_t end = i;
    for (; end < line.x.size() && frame.x.pixel(line.x[end]) < x + 1; ++end) values.include(line.y[end]);
    if (end == i) ++end;
    if (!values.empty()) points.push_back({x, frame.y.pixel(values.high)});
    if (!values.empty() && values.high > values.low) points.push_back({x, frame.y.pixel(values.low)});
    i = end;
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddPolyline(points.data(), static_cast<int>(points.size()), line.colour, 0, px(1.75f));
  for (const ImVec2& point : points)
    if (line.dots) list.AddCircleFilled(point, px(2.6f), line.colour);
}

/// With the values of the lines there.
void draw_marker(const Frame& frame, std::span<const Line> lines, float step) {
  const float x = std::round(frame.x.pixel(step));
  if (step < 0 || x < frame.low.x - 1 || x > frame.high.x + 1) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({x, frame.low.y}, {frame.high.x, frame.high.y}, colour::faded(colour::kPanel, 150));  // later
  list.AddLine({x, frame.low.y}, {x, frame.high.y}, colour::kHoverLine, px(2));
  for (const Line& line : lines)
    if (const float value = value_at(line, step); !line.name.empty() && !line.dots && std::isfinite(value))
      list.AddCircleFilled({x, frame.y.pixel(value)}, px(3.5f), line.colour);
}

void draw_hover(const Frame& frame, std::span<const Line> lines, float step) {
  const float x = std::round(frame.x.pixel(step));
  if (x < frame.low.x || x > frame.high.x) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddLine({x, frame.low.y}, {x, frame.high.y}, colour::rgb(0x9A9FA6));
  for (const Line& line : lines) {
    const float value = value_at(line, step);
    if (line.name.empty() || !std::isfinite(value)) continue;
    list.AddCircleFilled({x, frame.y.pixel(value)}, px(4), colour::kPanel);
    list.AddCircleFilled({x, frame.y.pixel(value)}, px(3), line.colour);
  }
}

void draw_tip_row(const Line& line, const std::string& figure, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + px(4)}, {at.x + px(10), at.y + px(14)}, line.colour, px(2));
  draw_text({at.x + px(16), at.y}, line.name, theme().body, colour::kText);
  draw_text_right({at.x + width, at.y}, figure, theme().body, colour::kText);
  ImGui::Dummy({width, px(20)});
}

void hover_tip(std::span<const Line> lines, const PlotOptions& options, float step) {
  std::vector<std::pair<const Line*, std::string>> rows;
  float width = px(190);
  for (const Line& line : lines) {
    const float value = value_at(line, step);
    if (line.name.empty() || !std::isfinite(value)) continue;
    rows.push_back({&line, options.figure ? options.figure(value) : fmt::format("{:.3f}", value)});
    width =
        std::max(width, text_width(line.name, theme().body) + text_width(rows.back().second, theme().body) + px(40));
  }
  ImGui::BeginTooltip();
  const std::string place = grouped(std::lround(step));
  caption(options.unit == "steps" ? "step " + place : fmt::format("{} {}", place, options.unit));
  for (const auto& [line, figure] : rows) draw_tip_row(*line, figure, width);
  caption(options.hint);
  ImGui::EndTooltip();
}

void zoom_by_wheel(const Frame& frame, const PlotOptions& options, const Range& steps, PlotView& view) {
  const float turns = wheel_over_item();
  if (turns == 0) return;
  const float centre = frame.x.value(ImGui::GetIO().MousePos.x), factor = std::pow(0.8f, turns);
  view.low = std::max(options.first_step, centre - (centre - steps.low) * factor);
  view.high = centre + (steps.high - centre) * factor;
  if (view.high - view.low < 4) view.high = view.low + 4;
}

void zoom_by_drag(const Frame& frame, const PlotOptions& options, PlotView& view) {
  const float step =
      std::max(options.first_step, frame.x.value(std::clamp(ImGui::GetIO().MousePos.x, frame.low.x, frame.high.x)));
  if (ImGui::IsItemActivated()) view.drag_from = step;
  if (view.drag_from < 0) return;
  const float a = frame.x.pixel(view.drag_from), b = frame.x.pixel(step);
  if (ImGui::IsItemActive())
    ImGui::GetWindowDrawList()->AddRectFilled({a, frame.low.y}, {b, frame.high.y}, colour::faded(colour::kAccent, 40));
  if (!ImGui::IsItemDeactivated()) return;
  if (std::fabs(a - b) > px(6)) view.low = std::min(view.drag_from, step), view.high = std::max(view.drag_from, step);
  view.drag_from = -1;
}

/// Of all points of all lines, the nearest to `step` on the axis.
float nearest_point(const Frame& frame, std::span<const Line> lines, float step) {
  float nearest = step, distance = std::numeric_limits<float>::infinity();
  for (const Line& line : lines)
    for (const float x : line.x)
      if (const float away = std::fabs(frame.x.pixel(x) - frame.x.pixel(step)); away < distance)
        nearest = x, distance = away;
  return nearest;
}

void watch_mouse(const Frame& frame, std::span<const Line> lines, const PlotOptions& options, const Range& steps,
                 PlotView& view) {
  zoom_by_wheel(frame, options, steps, view);
  zoom_by_drag(frame, options, view);
  if (!ImGui::IsItemHovered()) return;
  if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) view.low = view.high = 0, view.drag_from = -1;
  view.next_hovered = frame.x.value(ImGui::GetIO().MousePos.x);
  if (options.logarithmic_x) view.next_hovered = nearest_point(frame, lines, view.next_hovered);
  hover_tip(lines, options, view.next_hovered);
}

}  // namespace

float value_at(const Line& line, float step) {
  const auto after = std::upper_bound(line.x.begin(), line.x.end(), step);
  if (after == line.x.begin()) return std::numeric_limits<float>::quiet_NaN();
  return line.y[static_cast<size_t>(after - line.x.begin()) - 1];
}

void line_plot(const char* id, std::span<const Line> lines, const PlotOptions& options, PlotView& view) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size = {std::max(px(80), ImGui::GetContentRegionAvail().x), px(options.height)};
  const Range steps = step_range(options, view), values = value_range(lines, options, steps, !zoomed(view));
  const ImVec2 low = {at.x + px(options.label_width), at.y + px(8)},
               high = {at.x + size.x - px(2), at.y + size.y - px(20)};
  const Frame frame = {low, high, Axis(steps.low, steps.high, low.x, high.x, options.logarithmic_x),
                       Axis(values.low, values.high, high.y, low.y, options.logarithmic)};
  ImGui::InvisibleButton(id, size);
  draw_axes(frame, options, steps);
  ImGui::PushClipRect({low.x - px(3), low.y - px(3)}, {high.x + px(2), high.y + px(3)}, true);
  for (const Line& line : lines) draw_line(frame, line);
  draw_marker(frame, lines, options.marker);
  const Box reference = draw_reference(frame, options);
  draw_marks(frame, options.marks, reference);
  draw_hover(frame, lines, view.hovered);
  ImGui::PopClipRect();
  watch_mouse(frame, lines, options, steps, view);
}

}  // namespace lab
