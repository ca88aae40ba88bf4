#include "app/panels/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "app/panels/texts/baseline.h"
#include "app/widgets/button.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kHeading = 26, kLowest = 64, kHighest = 260;

/// One of the plots: which curve, and what a guess would score.
struct PlotKind {
  const char* title;
  Curve LaneSnapshot::*curve;
  bool accuracy, sparse;
  float (*guess)(int classes) = nullptr;  // null: guessing has no such figure
  const char* note = nullptr;             // null: how it was measured
  bool optional = false;                  // shown where there is such a curve
  bool (*wanted)(const Experiment&) = [](const Experiment&) { return true; };
};
constexpr PlotKind kPlots[] = {
    {"Training loss", &LaneSnapshot::train_loss, false, false,
     [](int classes) { return std::log(static_cast<float>(classes)); }},
    {"Test loss", &LaneSnapshot::test_loss, false, true,
     [](int classes) { return std::log(static_cast<float>(classes)); }},
    {"Test accuracy", &LaneSnapshot::test_accuracy, true, true,
     [](int classes) { return 1.0f / static_cast<float>(classes); }},
    {"Held-out loss", &LaneSnapshot::held_out_loss, false, true,
     [](int classes) { return std::log(static_cast<float>(classes)); }, "decides when to stop early", true},
    {"Penalty terms", &LaneSnapshot::penalty, false, false, nullptr, "of attention weights", true},
    {"Guidance loss", &LaneSnapshot::guidance, false, false, nullptr, "KL of attention to its target", true},
    {"Size of the weights", &LaneSnapshot::weights_norm, false, false, nullptr, "L2 norm; weight decay lowers it", true,
     [](const Experiment& e) {
       return std::any_of(e.lanes.begin(), e.lanes.end(), [&](const Lane& lane) {
         return lane.own.weight_decay.value_or(e.optimiser.weight_decay) > 0;
       });
     }},
};

bool shown(const PlotKind& kind, const Snapshot& snapshot) {
  const auto has = [&](const LaneSnapshot& lane) { return !(lane.*kind.curve).step.empty(); };
  if (!kind.wanted(snapshot.experiment)) return false;
  return !kind.optional || std::any_of(snapshot.lanes.begin(), snapshot.lanes.end(), has);
}

/// Where lanes were at their best and stopped early, and where their attention was changed: a line in every plot, in
/// words where the decision is seen.
std::vector<PlotMark> stops(const Snapshot& snapshot, const PlotKind& kind) {
  const bool words = kind.curve == &LaneSnapshot::held_out_loss;
  std::vector<PlotMark> marks;
  const auto add = [&](int64_t step, size_t lane, std::string_view word) {
    const auto at = static_cast<float>(step);
    const auto same = [&](const PlotMark& mark) { return mark.x == at && mark.word == word; };
    if (words && std::any_of(marks.begin(), marks.end(), same)) word = {};  // lanes that stopped together
    marks.push_back({at, lane_colour(static_cast<int>(lane)), words ? word : std::string_view()});
  };
  for (size_t lane = 0; lane < snapshot.lanes.size(); ++lane) {
    if (snapshot.lanes[lane].stopped_step == 0) continue;
    add(snapshot.lanes[lane].best_step, lane, "best");
    add(snapshot.lanes[lane].stopped_step, lane, "stopped");
  }
  for (const ChangesSnapshot::Item& item : snapshot.changes.items)  // words once, above
    marks.push_back({static_cast<float>(item.step), lane_colour(item.what.lane),
                     kind.curve == &LaneSnapshot::train_loss ? "changed" : std::string_view()});
  return marks;
}

/// The losses of single batches jump about: an average that forgets, about 1/20 of the curve long.
std::vector<float> smoothed(const Curve& curve) {
  const float keep = 1 - 1 / std::max(1.0f, static_cast<float>(curve.value.size()) / 40);
  std::vector<float> result = curve.value;
  float sum = 0, weight = 0;
  for (float& value : result) {
    sum = keep * sum + value;
    weight = keep * weight + 1;
    value = sum / weight;
  }
  return result;
}

ImU32 line_colour(int lane, int highlighted) {
  return highlighted < 0 || highlighted == lane ? lane_colour(lane) : colour::faded(lane_colour(lane), 70);
}

const char* things(const Snapshot& snapshot) { return snapshot.tokens.empty() ? "pictures" : "texts"; }

/// "Test accuracy"; where tokens are answered, "Next sounds right".
std::string plot_title(const PlotKind& kind, const Snapshot& snapshot) {
  if (!kind.accuracy || snapshot.tokens.empty()) return kind.title;
  std::string metric(find_task(snapshot.data->task).metric);
  if (metric == "accuracy") return kind.title;
  metric.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(metric.front())));
  return metric;
}

/// A dashed line: what counting alone reaches, or else what guessing does; below 0: none.
struct Reference {
  float value = -1;
  std::string name;
};
Reference reference(const PlotKind& kind, const Snapshot& snapshot, const std::optional<Baseline>& baseline) {
  const ModelKind model = snapshot.data ? snapshot.data->kind : ModelKind::kPictureClassifier;
  const bool writes = model == ModelKind::kWriter;
  if (baseline && (writes ? kind.curve == &LaneSnapshot::test_loss : kind.accuracy))
    return {static_cast<float>(baseline->value), baseline->name};
  if (!kind.guess || !snapshot.data) return {};
  const int choices = model == ModelKind::kTranslator ? snapshot.data->answer_tokenizer.size()
                      : writes                        ? snapshot.data->tokenizer.size()
                                                      : static_cast<int>(snapshot.data->classes.size());
  return {kind.guess(choices), "guessing"};
}

void draw_heading(const PlotKind& kind, const Snapshot& snapshot, CurvesState& state) {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string title = plot_title(kind, snapshot);
  draw_text({at.x, at.y + px(3)}, title, theme().heading, colour::kQuiet);
  const float after = at.x + text_width(title, theme().heading) + px(8);
  const std::string note = kind.note ? kind.note
                           : kind.sparse
                               ? fmt::format("on {} test {}", grouped(snapshot.test_pictures), things(snapshot))
                               : "each batch pale, average solid";
  draw_text({after, at.y + px(3)}, note, theme().caption, colour::kQuiet, right - after - (kind.accuracy ? 0 : px(40)));
  ImGui::Dummy({1, px(24)});
  if (kind.accuracy) return;
  ImGui::SameLine();
  ImGui::SetCursorScreenPos({right - px(36), at.y});
  ImGui::PushID(kind.title);
  if (chip("log", state.logarithmic, {"A logarithmic axis for the losses.", "G"}))
    state.logarithmic = !state.logarithmic;
  ImGui::PopID();
}

/// What was abandoned when training went back may reach further than what is now.
int64_t last_step(const Snapshot& snapshot) {
  int64_t last = snapshot.history.past ? snapshot.history.live_step : snapshot.step;
  for (const LaneSnapshot& lane : snapshot.lanes)
    if (!lane.abandoned[0].step.empty()) last = std::max<int64_t>(last, std::lround(lane.abandoned[0].step.back()));
  return last;
}

void draw_plot(const PlotKind& kind, const Snapshot& snapshot, const Selection& selection, CurvesState& state,
               float height, const std::optional<Baseline>& baseline) {
  draw_heading(kind, snapshot, state);
  std::vector<std::vector<float>> averages(snapshot.lanes.size()), before(snapshot.lanes.size());
  std::vector<Line> pale, lines;
  for (size_t i = 0; i < snapshot.lanes.size(); ++i) {
    const LaneSnapshot& lane = snapshot.lanes[i];
    const Curve& curve = lane.*kind.curve;
    const ImU32 colour = line_colour(static_cast<int>(i), selection.lane);
    if (!kind.sparse) averages[i] = smoothed(curve);
    if (!kind.sparse) pale.push_back({"", colour::faded(colour, 38), curve.step, curve.value});
    if (!kind.optional) {  // the optional curves of before training went back are not kept
      const Curve& abandoned = lane.abandoned[&kind - kPlots];
      before[i] = kind.sparse ? abandoned.value : smoothed(abandoned);
      pale.push_back({"", colour::faded(colour, 90), abandoned.step, before[i]});
    }
    lines.push_back({lane.title, colour, curve.step,
                     kind.sparse ? std::span(curve.value) : std::span<const float>(averages[i]), kind.sparse});
  }
  pale.insert(pale.end(), lines.begin(), lines.end());
  const Reference dashed = reference(kind, snapshot, baseline);
  line_plot(kind.title, pale,
            {.height = height,
             .last_step = static_cast<float>(last_step(snapshot)),
             .logarithmic = state.logarithmic && !kind.accuracy,
             .unit_range = kind.accuracy,
             .from_zero = kind.curve != &LaneSnapshot::weights_norm,
             .marker = snapshot.history.past ? static_cast<float>(snapshot.step) : -1,
             .reference = dashed.value,
             .reference_name = dashed.name,
             .marks = stops(snapshot, kind)},
            state.plot);
}

/// A row where attention is guided.
void add_on_target(const Snapshot& snapshot, std::vector<TableRow>& rows) {
  TableRow row = {"on target", {}, "The attention that guided queries spent on their target in the last batch."};
  bool guided = false;
  for (const LaneSnapshot& lane : snapshot.lanes) {
    guided = guided || !lane.guidance.step.empty();
    row.figures.push_back(lane.guidance.step.empty() ? "–" : fmt::format("{:.3f}", lane.on_target));
  }
  if (guided) rows.push_back(row);
}

}  // namespace

void draw_results(const Snapshot& snapshot) {
  std::vector<TableColumn> columns;
  TableRow training = {"training loss", {}, "Of the last batch."};
  TableRow loss = {"test loss", {}, "On what the lanes were not trained on."};
  TableRow accuracy = {
      "test accuracy", {}, "The share of the test set whose likeliest class, or next token, is the true one."};
  for (const LaneSnapshot& lane : snapshot.lanes) {
    columns.push_back({lane.title, lane_colour(static_cast<int>(columns.size()))});
    const bool tested =
        !lane.test_loss.step.empty() && lane.test_loss.step.front() <= static_cast<float>(snapshot.step);
    training.figures.push_back(lane.train_loss.value.empty() ? "–" : fmt::format("{:.3f}", lane.last_train_loss));
    loss.figures.push_back(tested ? fmt::format("{:.3f}", lane.last_test_loss) : "–");
    accuracy.figures.push_back(tested ? fmt::format("{:.3f}", lane.last_test_accuracy) : "–");
  }
  heading("Results");
  std::vector<TableRow> rows = {training, loss, accuracy};
  add_on_target(snapshot, rows);
  figure_table(columns, rows);
}

void draw_curves(const Snapshot& snapshot, View& view, float height) {
  CurvesState& state = view.curves;
  state.plot.begin_frame();
  const float spacing = 2 * ImGui::GetStyle().ItemSpacing.y;
  const auto count = static_cast<float>(
      std::count_if(std::begin(kPlots), std::end(kPlots), [&](const PlotKind& kind) { return shown(kind, snapshot); }));
  const float share = (height - count * spacing) / (count * theme().scale) - kHeading;
  for (const PlotKind& kind : kPlots)
    if (shown(kind, snapshot))
      draw_plot(kind, snapshot, resolve(view.selection, snapshot), state, std::clamp(share, kLowest, kHighest),
                known_baseline(view));
}

}  // namespace lab
