#pragma once
// A line plot: several lines over training steps, or over anything else, with the values under the mouse, zoom by
// wheel or drag, logarithmic axes and a reference line. A double click shows everything again.

#include <imgui.h>

#include <span>
#include <string>
#include <string_view>

namespace lab {

struct Line {
  std::string_view name;
  ImU32 colour = 0;
  std::span<const float> x, y;  // x in order
  bool dots = false;            // mark the points (few of them)
};

/// Something that happened at a step.
struct PlotMark {
  float x = 0;
  ImU32 colour = 0;
  std::string_view word;
};

/// What the viewer did to the plots; several may share one, and zoom together.
struct PlotView {
  float low = 0, high = 0;  // the steps shown; low = high: all of them
  float drag_from = -1;     // step at which a drag began; −1: none
  float hovered = -1;       // step under the mouse, lit in all plots; −1: none
  float next_hovered = -1;  // found in this frame; the owner passes it on: see begin_frame
  void begin_frame() { hovered = next_hovered, next_hovered = -1; }
};

struct PlotOptions {
  float height = 150;        // logical pixels
  float last_step = 1;       // the right end, while nothing is zoomed
  bool logarithmic = false;  // the y axis
  bool unit_range = false;   // the y axis is 0 … 1 at most
  bool from_zero = true;     // the y axis, while nothing is zoomed; else as far as the values go
  float marker = -1;         // an upright line at this step; < 0: none
  float reference = -1;      // a dashed line here; < 0: none
  std::string_view reference_name = {};
  std::string_view unit = "steps";          // of the x axis
  float first_step = 0;                     // the left end, while nothing is zoomed
  bool logarithmic_x = false;               // from first_step > 0; what is under the mouse are then the nearest points
  std::span<const float> x_labels = {};     // places to label, where the ends alone are not enough
  std::string (*figure)(double) = nullptr;  // how a value is written; null: with decimals that suit the axis
  std::string_view hint = "wheel or drag to zoom, double click for all; keys Z, X";  // under the values
  std::span<const PlotMark> marks = {};
  float label_width = 34;  // of the values at the left, logical pixels
};

/// As wide as the space that is left.
void line_plot(const char* id, std::span<const Line> lines, const PlotOptions& options, PlotView& view);

/// Value of a line at the last point not after `step`; NaN before the first.
float value_at(const Line& line, float step);

}  // namespace lab
