#include "app/panels/cost/budget.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/cost/budget_control.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/scatter_plot.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kLowestPlot = 170, kHighestPlot = 1000, kFieldsWidth = 190;

/// What a training step costs, as the chart shows it.
struct PriceKind {
  const char* name;  // on its chip
  const char* axis;
  const char* explanation;  // in its tooltip
  double unit;
  double (*of)(const Standing&);
};
constexpr PriceKind kPrices[] = {
    {"multiply-adds", "millions of multiply-adds a step", "Computed: attention's multiplications with an addition.",
     1e6, [](const Standing& s) { return s.multiply_adds; }},
    {"time", "milliseconds a step", "Measured: one training step of the whole model.", 1,
     [](const Standing& s) { return s.step_ms; }},
    {"memory", "MB of attention weights kept", "Computed: attention weights held for the backward pass.", 1e6,
     [](const Standing& s) { return s.bytes; }},
};
const PriceKind& price_of(const BudgetState& budget) { return kPrices[static_cast<int>(budget.price)]; }

ScatterPoint point_of(const Standing& s, const BudgetState& budget) {
  const PriceKind& price = price_of(budget);
  ScatterPoint point;
  point.name = s.title;
  point.note = fmt::format("accuracy {:.3f}, loss {:.3f} on the test set\n{} {}\nafter {} steps, {:.2f} epochs",
                           s.accuracy, s.loss, brief(price.of(s) / price.unit), price.axis, grouped(s.step), s.epoch);
  point.x = static_cast<float>(price.of(s) / price.unit);
  point.y = static_cast<float>(budget.loss ? s.loss : s.accuracy);
  point.colour = lane_colour(s.lane);
  point.mark = static_cast<Mark>(s.lane % 4);
  return point;
}

ScatterPoint point_of(const SweepMean& mean, const BudgetState& budget) {
  Standing s{lane_title(mean.lane),
             0,
             0,
             0,
             mean.accuracy.mean,
             mean.loss.mean,
             static_cast<double>(mean.multiply_adds),
             mean.step_ms.mean,
             static_cast<double>(mean.bytes)};
  ScatterPoint point = point_of(s, budget);
  point.note =
      fmt::format("accuracy {:.3f} ± {:.3f}, loss {:.3f} ± {:.3f} on the whole test set\n{} {}\nmean of {} seed{}",
                  mean.accuracy.mean, mean.accuracy.deviation, mean.loss.mean, mean.loss.deviation, brief(point.x),
                  price_of(budget).axis, mean.runs, mean.runs == 1 ? "" : "s");
  point.spread_y = static_cast<float>(budget.loss ? mean.loss.deviation : mean.accuracy.deviation);
  point.spread_x = budget.price == Price::kTime ? static_cast<float>(mean.step_ms.deviation) : 0;
  point.colour = colour::kText;
  point.mark = Mark::kDisc;
  return point;
}

std::vector<SweepMean> means_of(const BudgetState& budget) {
  const auto shown = shown_sweep(budget);
  if (!shown) return {};
  return sweep_means(shown->sweep, shown->progress.results);
}

std::vector<ScatterPoint> points_of(const Snapshot& snapshot, const BudgetState& budget) {
  std::vector<ScatterPoint> points;
  for (const Standing& standing : standings(snapshot)) points.push_back(point_of(standing, budget));
  for (const Standing& pinned : budget.pinned) {
    points.push_back(point_of(pinned, budget));
    points.back().name += fmt::format(", step {}", grouped(pinned.step));
    points.back().hollow = true;
  }
  for (const SweepMean& mean : means_of(budget)) points.push_back(point_of(mean, budget));
  std::vector<TradeOff> all;
  for (const ScatterPoint& point : points) all.push_back({point.x, budget.loss ? -point.y : point.y});
  const std::vector<bool> front = pareto_front(all);
  for (size_t i = 0; i < points.size(); ++i) points[i].front = front[i];
  return points;
}

void draw_choices(const Snapshot& snapshot, BudgetState& budget) {
  for (const bool loss : {false, true}) {
    if (chip(loss ? "loss" : "accuracy", budget.loss == loss, {"What is judged, on the test set.", "U"}))
      budget.loss = loss;
    ImGui::SameLine(0, px(4));
  }
  ImGui::SameLine(0, px(12));
  for (const PriceKind& kind : kPrices) {
    if (chip(kind.name, &price_of(budget) == &kind, {kind.explanation, "F"}))
      budget.price = static_cast<Price>(&kind - kPrices);
    ImGui::SameLine(0, px(4));
  }
  ImGui::SameLine(0, px(12));
  if (chip("pin the lanes", false,
           {"Keeps where the lanes stand now as hollow points, to compare with later ones.", "P"}))
    pin_lanes(snapshot, budget);
  if (budget.pinned.empty()) return;
  ImGui::SameLine(0, px(4));
  if (chip("clear pins", false, {"Forgets the pinned points.", "Ctrl+P"})) budget.pinned.clear();
}

/// Chips that flow on to the next line.
void draw_ways(const Snapshot& snapshot, BudgetState& budget) {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  bool first = true;
  for (const char* way : known_ways()) {
    const std::string title = lane_title(parse_lane(way));
    const auto& lanes = snapshot.experiment.lanes;
    if (std::any_of(lanes.begin(), lanes.end(), [&](const Lane& lane) { return text(lane) == way; })) continue;
    if (!first) ImGui::SameLine(0, px(4));
    if (!first && ImGui::GetCursorScreenPos().x + text_width(title, theme().caption) + px(14) > right) ImGui::NewLine();
    first = false;
    const bool on = std::find(budget.ways.begin(), budget.ways.end(), way) != budget.ways.end();
    if (chip(title.c_str(), on, "Trains in the sweep, beside the lanes.")) toggle_way(budget, way);
  }
}

void draw_number(const char* label, const char* explanation, int& number, int most) {
  ImGui::BeginChild(label, {px(kFieldsWidth), ImGui::GetFrameHeight()}, false, ImGuiWindowFlags_NoBackground);
  const float width = field_row(label, explanation);
  float value = static_cast<float>(number);
  if (drag("##number", value, {1, static_cast<float>(most), 0.05f, most > 100, true}, width, explanation))
    number = static_cast<int>(value);
  ImGui::EndChild();
}

void draw_plan(const Snapshot& snapshot, View& view, Commands& commands) {
  BudgetState& budget = view.budget;
  draw_ways(snapshot, budget);
  draw_number("Seeds", "How often each way is trained, each time from other random numbers.", budget.seeds, 16);
  ImGui::SameLine(0, px(16));
  draw_number("Steps", "How many batches each is trained on.", budget.steps, 100000);
  ImGui::SameLine(0, px(16));
  const Sweep plan = planned_sweep(snapshot, budget);
  if (button("Sweep",
             {.primary = true,
              .tooltip = "Trains the lanes and the chosen ways in the background; live training pauses meanwhile.",
              .tooltip_key = "B"}))
    sweep_or_pause(snapshot, view, commands);
  ImGui::SameLine(0, px(10));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text(
      {at.x, at.y + (ImGui::GetFrameHeight() - theme().caption->FontSize) / 2},
      fmt::format("{} ways × {} seed{}", plan.settings.size(), plan.seeds.size(), plan.seeds.size() == 1 ? "" : "s"),
      theme().caption, colour::kQuiet, ImGui::GetContentRegionAvail().x);
  ImGui::NewLine();
}

/// Under the plan: the last sweep, where it is kept, and what is left of it.
void draw_last(const Snapshot& snapshot, View& view, Commands& commands) {
  const auto shown = shown_sweep(view.budget);
  if (!shown) return;
  const size_t there = shown->progress.results.size(), all = shown->sweep.settings.size() * shown->sweep.seeds.size();
  if (unfinished(*shown)) {
    if (chip("go on with the last sweep", false,
             {"Trains what it has not: its own ways and seeds, whatever is chosen above.", "Ctrl+E"}))
      go_on_with_sweep(snapshot, view, commands);
    ImGui::SameLine(0, px(10));
  }
  const std::string kept = view.budget.file.empty() ? "" : fmt::format(" Kept in {}", view.budget.file);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x;
  draw_text({at.x, at.y + (unfinished(*shown) ? px(4) : 0)},
            fmt::format("Of the last sweep {} of {} results are there.{}", there, all, kept), theme().caption,
            colour::kQuiet, room);
  ImGui::Dummy({room, theme().caption->FontSize + px(4)});
  if (!kept.empty()) tooltip({std::string_view(kept).substr(1)});
}

void draw_running(const Snapshot& snapshot, View& view, Commands& commands) {
  BudgetState& budget = view.budget;
  const auto shown = budget.sweep->latest();
  if (button(budget.paused ? "Go on" : "Pause", {.tooltip = "The sweep, after the step in hand.", .tooltip_key = "B"}))
    sweep_or_pause(snapshot, view, commands);
  ImGui::SameLine(0, px(6));
  if (button("Stop", {.tooltip = "Ends the sweep; what has been trained to its end stays.", .tooltip_key = "D"}))
    stop_sweep(budget);
  ImGui::SameLine(0, px(12));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, height = ImGui::GetFrameHeight();
  draw_text({at.x, at.y}, fmt::format("{:.0f} %  {}", 100 * shown->progress.share, shown->progress.now),
            theme().caption, colour::kText, room);
  draw_bar({at.x, at.y + height - px(7)}, {at.x + room, at.y + height - px(1)},
           static_cast<float>(shown->progress.share), colour::kAccent);
  ImGui::Dummy({room, height});
  const bool training = snapshot.phase == Phase::kRunning;
  small_print(training        ? "The sweep waits while live training runs: pause that, and it goes on."
              : budget.paused ? "The sweep is paused."
                              : "Live training is paused while the sweep runs: both would share the processors.");
}

void draw_sweep(const Snapshot& snapshot, View& view, Commands& commands) {
  heading("Sweep: the lanes, and these ways too, each from several seeds");
  if (sweeping(view.budget))
    draw_running(snapshot, view, commands);
  else {
    draw_plan(snapshot, view, commands);
    draw_last(snapshot, view, commands);
  }
}

/// What the shapes mean; only of what is there.
std::string legend(const BudgetState& budget) {
  std::string words = "Points to the upper left buy more for less; the grey steps join those that nothing beats.";
  words += budget.pinned.empty() ? "" : " Hollow: pinned.";
  if (!means_of(budget).empty()) words += " Black: means of the sweep, bars one standard deviation over its seeds.";
  return words;
}

}  // namespace

void draw_budget(const Snapshot& snapshot, View& view, Commands& commands, TextureStore&) {
  BudgetState& budget = view.budget;
  draw_choices(snapshot, budget);
  small_print(legend(budget));
  const std::vector<ScatterPoint> points = points_of(snapshot, budget);
  const float room = ImGui::GetContentRegionAvail().y - px(shown_sweep(budget) ? 156 : 128);
  if (points.empty())
    small_print("The lanes are tested after their first ten steps; then they appear here.");
  else
    scatter_plot("budget", points,
                 {.height = std::clamp(room / theme().scale, kLowestPlot, kHighestPlot),
                  .less_is_better = budget.loss,
                  .x_name = price_of(budget).axis,
                  .y_name = budget.loss ? "test loss, less is higher up" : "test accuracy"});
  ImGui::Dummy({1, px(2)});
  draw_sweep(snapshot, view, commands);
}

}  // namespace lab
