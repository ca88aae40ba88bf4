#include "app/panels/cost/scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/cost/scaling_control.h"
#include "app/widgets/button.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"
#include "core/base/memory.h"

namespace lab {
namespace {

constexpr float kLowestPlot = 150, kHighestPlot = 520, kWordsHeight = 22, kFiguresHeight = 4 * 24 + 2;

/// What can be seen of the measurement.
struct Measure {
  const char* name;         // on its chip
  const char* explanation;  // in its tooltip
  const char* sentence;     // what the plot shows
  Quantity quantity;
  std::string (*figure)(double);
};

std::string milliseconds(double ms) {
  if (ms < 1) return brief(ms * 1e3) + " µs";
  return ms < 1000 ? brief(ms) + " ms" : brief(ms / 1e3) + " s";
}
std::string bytes(double size) { return size_text(std::llround(size)); }

std::string count(double number) {
  constexpr const char* kUnits[] = {"", " k", " M", " G", " T"};
  int unit = 0;
  for (; number >= 999.5 && unit < 4; ++unit) number /= 1e3;
  return brief(number) + kUnits[unit];
}

constexpr Measure kMeasures[] = {
    {"multiply-adds", "Counted, not measured: there, and back with the gradients.",
     "Multiplications, each with an addition, that attention takes for one input in a training step: there and back.",
     Quantity::kMultiplyAdds, count},
    {"time forward", "From queries, keys and values to the result.",
     "Time that attention takes for one input, from queries, keys and values to the result.", Quantity::kForward,
     milliseconds},
    {"time both ways", "The same, and all the way back: what a training step pays.",
     "Time that attention takes for one input in a training step: there, and back with the gradients.",
     Quantity::kForwardBackward, milliseconds},
    {"memory", "What attention holds at its peak, beside queries, keys and values.",
     "Memory that attention holds for one input at its peak, beside queries, keys and values.", Quantity::kBytes,
     bytes},
};

const Measure& measure_of(const ScalingState& state) { return kMeasures[static_cast<int>(state.quantity)]; }

ImU32 curve_colour(const ScalingResult& result, size_t curve) {
  for (const BesideLanes& choice : beside_lanes())
    if (result.curves[curve].subject == subject_of(choice, result.settings.sizes.grid)) return choice.colour;
  return lane_colour(static_cast<int>(curve));
}

/// The button and, at its right, how far it is.
void draw_progress(const Snapshot& snapshot, View& view, Commands& commands) {
  const ScalingState& state = view.scaling;
  const bool busy = measuring(state);
  if (button(busy ? "Stop" : "Measure", {.primary = !busy,
                                         .tooltip = busy ? "Ends it after the run in hand; what was measured stays."
                                                         : "Training pauses meanwhile; it takes about a minute.",
                                         .tooltip_key = "V"}))
    measure_or_stop(snapshot, view, commands);
  ImGui::SameLine(0, px(12));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, height = ImGui::GetFrameHeight();
  const ScalingResultPtr result = scaling_result(state);
  std::string words = "Times each length from 64 to 16,384 tokens, training paused.";
  if (state.waiting)
    words = "Waiting for training to pause.";
  else if (result && busy)
    words = "Measuring: " + result->now;
  else if (result && !result->trouble.empty())
    words = result->trouble;
  else if (result && result->settings.timed)
    words = result->stopped ? "Stopped; what was measured so far:" : "Measured on this machine's processor.";
  draw_text({at.x, at.y + (busy ? 0 : (height - theme().body->FontSize) / 2)}, words, theme().body, colour::kQuiet,
            room);
  if (busy)
    draw_bar({at.x, at.y + height - px(5)}, {at.x + room, at.y + height}, state.job ? float(result->progress) : 0,
             colour::kAccent);
  ImGui::Dummy({room, height});
}

void draw_choices(ScalingState& state) {
  for (const Measure& measure : kMeasures) {
    if (chip(measure.name, state.quantity == measure.quantity, {measure.explanation, "Q"}))
      state.quantity = measure.quantity;
    ImGui::SameLine(0, px(4));
  }
  ImGui::SameLine(0, px(16));
  for (const BesideLanes& choice : beside_lanes()) {
    if (chip(choice.name, state.*choice.on, {choice.explanation, choice.key})) state.*choice.on = !(state.*choice.on);
    if (&choice != &beside_lanes().back()) ImGui::SameLine(0, px(4));
  }
}

/// The points of a curve as a plot takes them.
struct Plotted {
  std::vector<float> x, y;
  explicit Plotted(const std::vector<CurvePoint>& points) {
    for (const CurvePoint& point : points) {
      x.push_back(static_cast<float>(point.x));
      y.push_back(static_cast<float>(point.y));
    }
  }
};

void draw_plot(const ScalingResult& result, const Measure& measure, PlotView& view, float height) {
  std::vector<Plotted> plotted;
  for (const ScalingCurve& curve : result.curves) plotted.emplace_back(curve_points(curve, measure.quantity));
  std::vector<Line> lines;
  for (size_t i = 0; i < plotted.size(); ++i)
    lines.push_back({result.curves[i].subject.title, curve_colour(result, i), plotted[i].x, plotted[i].y, true});
  std::vector<float> labels;
  for (int n = result.settings.shortest; n <= result.settings.longest; n *= 2) labels.push_back(static_cast<float>(n));
  view.begin_frame();
  line_plot("scaling", lines,
            {.height = height / theme().scale,
             .last_step = labels.back(),
             .logarithmic = true,
             .unit = "tokens",
             .first_step = labels.front(),
             .logarithmic_x = true,
             .x_labels = labels,
             .figure = measure.figure,
             .hint = "wheel or drag to zoom, double click for all",
             .label_width = 56},
            view);
}

std::string slope_text(const std::vector<CurvePoint>& points) {
  const double slope = ending_slope(points);
  return std::isfinite(slope) ? fmt::format("{:.2f}", slope) : "–";
}

std::string value_at(const std::vector<CurvePoint>& points, int tokens, const Measure& measure) {
  for (const CurvePoint& point : points)
    if (point.x == tokens) return measure.figure(point.y);
  return "–";
}

void draw_figures(const ScalingResult& result, const Measure& measure) {
  std::vector<TableColumn> columns;
  const bool measured = is_time(measure.quantity);
  TableRow fitted = {
      measured ? "slope, measured" : "slope", {}, "Of the straight line nearest to the upper half of the points."};
  TableRow theory = {"slope, in theory", {}, "Of the multiplications it takes, or of the numbers it has to keep."};
  TableRow longest = {fmt::format("at {} tokens", grouped(result.settings.longest)), {}, "A dash: left out."};
  for (size_t i = 0; i < result.curves.size(); ++i) {
    const ScalingCurve& curve = result.curves[i];
    columns.push_back({curve.subject.title, curve_colour(result, i)});
    fitted.figures.push_back(slope_text(curve_points(curve, measure.quantity)));
    theory.figures.push_back(slope_text(theory_points(curve, measure.quantity)));
    longest.figures.push_back(value_at(curve_points(curve, measure.quantity), result.settings.longest, measure));
  }
  figure_table(columns, measured ? std::vector{fitted, theory, longest} : std::vector{fitted, longest});
}

/// Where one curve passes another, and what was left out.
std::vector<std::string> words_of(const ScalingResult& result, const Measure& measure) {
  if (is_time(measure.quantity) && !result.settings.timed)
    return {"Times are not counted but measured: Measure does it."};
  std::vector<std::string> words;
  const int reference = costliest(result, measure.quantity);
  for (int i = 0; reference >= 0 && i < static_cast<int>(result.curves.size()); ++i)
    if (i != reference)
      words.push_back(crossover_sentence(result.curves[i], result.curves[reference], measure.quantity));
  for (const ScalingCurve& curve : result.curves) {
    if (curve.left_out.empty()) continue;
    const LeftOut& left = *std::min_element(curve.left_out.begin(), curve.left_out.end(),
                                            [](const LeftOut& a, const LeftOut& b) { return a.tokens < b.tokens; });
    words.push_back(
        fmt::format("{} is left out from {} tokens on. {}", curve.subject.title, grouped(left.tokens), left.why));
  }
  std::erase(words, "");
  return words;
}

void draw_words(const std::vector<std::string>& words, bool disturbed) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  const auto line = [](std::string_view sentence, ImU32 colour) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_text({at.x, at.y + px(2)}, sentence, theme().body, colour, ImGui::GetContentRegionAvail().x);
    ImGui::Dummy({1, px(kWordsHeight)});
  };
  if (disturbed) line("Training ran meanwhile and slowed it down: pause it and measure again.", colour::kTroubleText);
  for (const std::string& sentence : words) line(sentence, colour::kText);
  ImGui::PopStyleVar();
}

std::string measured_what(const ScalingSettings& settings) {
  const AttentionSizes& s = settings.sizes;
  return fmt::format("{} layer{} of {} head{} of width {}, one input, {}.", s.layers, s.layers == 1 ? "" : "s", s.heads,
                     s.heads == 1 ? "" : "s", s.head_width,
                     s.grid ? "tokens as the patches of a picture, without the class token" : "tokens in a row");
}

void draw_result(const ScalingResult& result, ScalingState& state) {
  const Measure& measure = measure_of(state);
  const std::vector<std::string> words = words_of(result, measure);
  const std::string reading =
      "Each axis doubles at even steps, so a straight line is a power of the length: slope 1, twice the tokens cost "
      "twice as much; slope 2, four times. " +
      measured_what(result.settings);
  ImFont* font = theme().caption;
  const float room = ImGui::GetContentRegionAvail().x;
  const float below = font->CalcTextSizeA(font->FontSize, room, room, reading.c_str()).y + px(kFiguresHeight) +
                      px(kWordsHeight) * static_cast<float>(words.size() + state.disturbed) +
                      5 * ImGui::GetStyle().ItemSpacing.y;
  const float height = std::clamp(ImGui::GetContentRegionAvail().y - below, px(kLowestPlot), px(kHighestPlot));
  draw_plot(result, measure, state.plot, height);
  small_print(reading);
  draw_figures(result, measure);
  ImGui::Dummy({1, px(2)});
  draw_words(words, state.disturbed);
}

}  // namespace

void draw_scaling(const Snapshot& snapshot, View& view, Commands& commands, TextureStore&) {
  ScalingState& state = view.scaling;
  draw_progress(snapshot, view, commands);
  draw_choices(state);
  small_print(measure_of(state).sentence);
  const ScalingResultPtr result = scaling_result(state);
  if (result && !result->curves.empty()) draw_result(*result, state);
}

}  // namespace lab
