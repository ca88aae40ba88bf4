#include "app/panels/stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/looking_at.h"
#include "app/widgets/button.h"
#include "app/widgets/cells.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kThreeColumns = 900, kTall = 112, kGap = 18;  // logical pixels

/// What the rows or columns of a picture stand for.
enum class Along { kQueries, kKeys, kNumbers };

/// One of the buffers.
struct BufferKind {
  const char* name;
  const char* meaning;
  std::vector<float> AttentionStages::*numbers;
  Along rows, columns;
};
constexpr BufferKind kQ = {"Q", "a row for each query", &AttentionStages::q, Along::kQueries, Along::kNumbers};
constexpr BufferKind kK = {"K", "a row for each key", &AttentionStages::k, Along::kKeys, Along::kNumbers};
constexpr BufferKind kV = {"V", "a row for each key's value", &AttentionStages::v, Along::kKeys, Along::kNumbers};
constexpr BufferKind kScores = {"scores", "a row: one query", &AttentionStages::scores, Along::kQueries, Along::kKeys};
constexpr BufferKind kWeights = {"weights", "each row adds up to 1", &AttentionStages::weights, Along::kQueries,
                                 Along::kKeys};
constexpr BufferKind kOut = {"mixed", "a row for each query", &AttentionStages::out, Along::kQueries, Along::kNumbers};
constexpr const BufferKind* kBuffers[] = {&kQ, &kK, &kV, &kScores, &kWeights, &kOut};

struct Range {
  float low = INFINITY, high = -INFINITY;
};
Range range_of(const std::vector<float>& numbers) {
  Range range;
  for (const float number : numbers)
    if (std::isfinite(number)) range = {std::min(range.low, number), std::max(range.high, number)};
  return range;
}

/// Everything the drawing functions look at.
struct Scene {
  const Snapshot& snapshot;
  const AttentionStages& stages;
  StagesState& state;
  View& view;
};

int count(const AttentionStages& s, const BufferKind& kind, Along along) {
  if (along == Along::kNumbers)
    return kind.numbers == &AttentionStages::q || kind.numbers == &AttentionStages::k ? s.score_width : s.head_width;
  return along == Along::kQueries ? s.queries : s.keys;
}

int& place(StageCell& cell, Along along) {
  return along == Along::kNumbers ? cell.number : along == Along::kQueries ? cell.query : cell.key;
}

/// Dark: the lowest number, bright: the largest; pairs that do not exist are paper.
std::vector<Rgba> pixels(const AttentionStages& s, const BufferKind& kind, ColourMap colours) {
  const std::vector<float>& numbers = s.*kind.numbers;
  const Range range = range_of(numbers);
  const bool pairs = kind.columns == Along::kKeys;
  std::vector<Rgba> result(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i)
    result[i] = pairs && !std::isfinite(s.scores[i])
                    ? colour::kAbsent
                    : heat(colours, range.high > range.low ? (numbers[i] - range.low) / (range.high - range.low) : 0);
  return result;
}

void paint(const Scene& scene, TextureStore& textures) {
  const ColourMap colours = scene.view.lanes.style.colours;
  StagesState& state = scene.state;
  if (state.painted == scene.snapshot.serial && state.colours == colours &&
      state.textures.size() == std::size(kBuffers))
    return;
  state.painted = scene.snapshot.serial;
  state.colours = colours;
  state.textures.clear();
  for (const BufferKind* kind : kBuffers)
    state.textures.push_back(
        textures.upload(std::string("stage ") + kind->name, count(scene.stages, *kind, kind->columns),
                        count(scene.stages, *kind, kind->rows), pixels(scene.stages, *kind, colours)));
}

void draw_buffer(const Scene& scene, const BufferKind& kind, ImVec2 size) {
  const AttentionStages& s = scene.stages;
  const int rows = count(s, kind, kind.rows), columns = count(s, kind, kind.columns);
  const Range range = range_of(s.*kind.numbers);
  ImGui::BeginGroup();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string shape = fmt::format("{}  {} × {}", kind.name, rows, columns);
  draw_text(at, shape, theme().heading, colour::kText, std::max(size.x, px(100)));
  ImGui::Dummy({size.x, px(18)});
  const size_t texture = std::find(std::begin(kBuffers), std::end(kBuffers), &kind) - std::begin(kBuffers);
  const Cells cells(kind.name, scene.state.textures[texture], size, rows, columns);
  StageCell shown = scene.state.cell;
  const int row = place(shown, kind.rows), column = place(shown, kind.columns);
  if (kind.columns == Along::kNumbers && kind.rows != Along::kKeys && &kind != &kOut)
    cells.outline({row, 0}, 1, columns);
  else if (&kind == &kK)
    cells.outline({row, 0}, 1, columns);
  else
    cells.light({row, std::min(column, columns - 1)});
  if (cells.hovered()) {
    StageCell& next = scene.state.next_cell;
    place(next, kind.rows) = cells.hovered().row;
    place(next, kind.columns) = cells.hovered().column;
  }
  if (cells.clicked() && kind.rows == Along::kQueries) scene.view.selection.query = cells.clicked().row;
  tooltip(Tip(fmt::format("{}: {}.", kind.name, kind.meaning)));
  const ImVec2 below = ImGui::GetCursorScreenPos();
  draw_text(below, fmt::format("{} … {}", brief(range.low), brief(range.high)), theme().caption, colour::kQuiet,
            std::max(size.x, px(100)));
  ImGui::Dummy({size.x, px(16)});
  ImGui::EndGroup();
}

/// The chosen query's row, key by key: its scores, their powers of e, its weights.
void draw_row_bars(const Scene& scene, float width, float height) {
  const AttentionStages& s = scene.stages;
  const int query = scene.state.cell.query;
  const auto row = [&](const std::vector<float>& m) { return m.data() + static_cast<size_t>(query) * s.keys; };
  const float *scores = row(s.scores), *weights = row(s.weights);
  const float largest_weight = *std::max_element(weights, weights + s.keys);
  float low = INFINITY, high = -INFINITY;
  for (int j = 0; j < s.keys; ++j)
    if (std::isfinite(scores[j])) low = std::min(low, scores[j]), high = std::max(high, scores[j]);
  const struct {
    const char* name;
    float (*share)(float score, float weight, float low, float high, float largest);
  } kBars[] = {
      {"its scores", [](float v, float, float l, float h, float) { return h > l ? (v - l) / (h - l) : 1; }},
      {"e to their power", [](float v, float, float, float h, float) { return std::exp(v - h); }},
      {"its weights, adding up to 1", [](float, float w, float, float, float most) { return most > 0 ? w / most : 0; }},
  };
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float strip = height / 3, step = width / static_cast<float>(s.keys);
  for (const auto& bars : kBars) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_text(at, bars.name, theme().caption, colour::kQuiet, width);
    const float top = at.y + px(16), bottom = at.y + strip - px(3);
    for (int j = 0; j < s.keys; ++j) {
      if (!std::isfinite(scores[j])) continue;
      const float x = at.x + step * static_cast<float>(j);
      const float share = bars.share(scores[j], weights[j], low, high, largest_weight);
      list.AddRectFilled({x, bottom - std::max(px(1), (bottom - top) * share)},
                         {x + std::max(step - px(1), 1.0f), bottom},
                         j == scene.state.cell.key ? colour::kHoverLine : colour::kAccent);
    }
    list.AddLine({at.x, bottom}, {at.x + width, bottom}, colour::kLine);
    ImGui::Dummy({width, strip});
  }
}

void draw_sum(const std::string& what, const std::string& sum) {
  const float width = ImGui::GetContentRegionAvail().x;
  styled_text(shortened(what, theme().strong, width), theme().strong, colour::kText);
  for (const std::string& line : wrapped(sum, theme().body, width)) styled_text(line, theme().body, colour::kText);
}

std::string pair_name(const Scene& scene) {
  return token_name(scene.snapshot, scene.state.cell.query) + " → " + token_name(scene.snapshot, scene.state.cell.key);
}

void draw_title(const Scene& scene, const char* title, const std::string& sentence, AttentionStages::Stage stage) {
  const AttentionStages& s = scene.stages;
  const float width = ImGui::GetContentRegionAvail().x;
  std::string cost = fmt::format("{} µs", brief(s.seconds[stage] * 1e6));
  if (s.workgroups[stage] > 0) cost += fmt::format(" · {} workgroups", grouped(s.workgroups[stage]));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text(at, title, theme().title, colour::kText, width);
  draw_text_right({at.x + width, at.y + px(3)}, cost, theme().caption, colour::kQuiet);
  ImGui::Dummy({width, px(24)});
  const ImVec2 from = ImGui::GetCursorPos();
  small_print(sentence);
  ImGui::SetCursorPosY(std::max(ImGui::GetCursorPosY(), from.y + px(40)));  // so that the columns' pictures align
}

std::string score_words(const AttentionStages& s) {
  if (!s.additive.empty())
    return "A query and a key are added number by number, bent by tanh, weighed by v and added up: their score.";
  if (s.scale == 1) return "A query and a key are multiplied number by number and added up: their score.";
  return fmt::format("A query and a key are multiplied number by number, added up and scaled by {}: their score.",
                     brief(s.scale));
}

ImVec2 square(float width) { return {std::min(width, px(204)), std::min(width, px(204))}; }

void draw_scores(const Scene& scene) {
  const float width = ImGui::GetContentRegionAvail().x, half = std::min((width - px(kGap)) / 2, px(170));
  draw_title(scene, "1  Scores", score_words(scene.stages), AttentionStages::kScores);
  draw_buffer(scene, kQ, {half, px(kTall)});
  ImGui::SameLine(0, px(kGap));
  draw_buffer(scene, kK, {half, px(kTall)});
  draw_buffer(scene, kScores, square(width));
  draw_sum(pair_name(scene), score_sum(scene.stages, scene.state.cell));
}

void draw_softmax(const Scene& scene) {
  const float width = ImGui::GetContentRegionAvail().x;
  draw_title(scene, "2  Softmax",
             "In each row the scores become shares of 1: e to the power of each, divided by the sum of the row.",
             AttentionStages::kSoftmax);
  draw_row_bars(scene, std::min(width, px(358)), px(kTall + 34) + ImGui::GetStyle().ItemSpacing.y);
  draw_buffer(scene, kWeights, square(width));
  draw_sum(pair_name(scene), softmax_sum(scene.stages, scene.state.cell));
}

void draw_mix(const Scene& scene) {
  const float width = ImGui::GetContentRegionAvail().x;
  draw_title(scene, "3  Mix",
             "Each query takes the values of all keys, each times its weight, and adds them up. The next layers go on "
             "with that.",
             AttentionStages::kMix);
  draw_buffer(scene, kV, {std::min(width, px(170)), px(kTall)});
  draw_buffer(scene, kOut, {std::min(width, px(170)), square(width).y});
  draw_sum(
      fmt::format("{}, number {}", token_name(scene.snapshot, scene.state.cell.query), scene.state.cell.number + 1),
      mix_sum(scene.stages, scene.state.cell));
}

/// Without the mouse: the chosen query, and the key it looks at most.
StageCell resting_cell(const Scene& scene) {
  const AttentionStages& s = scene.stages;
  const int query = std::min(resolve(scene.view.selection, scene.snapshot).query, s.queries - 1);
  const float* row = s.weights.data() + static_cast<size_t>(query) * s.keys;
  return {query, static_cast<int>(std::max_element(row, row + s.keys) - row), 0};
}

void draw_lane_chips(const Snapshot& snapshot, View& view) {
  const int shown = snapshot.stages.place.lane;
  for (int lane = 0; lane < static_cast<int>(snapshot.lanes.size()); ++lane) {
    ImGui::PushID(lane);
    if (lane > 0) ImGui::SameLine(0, px(4));
    if (chip(snapshot.lanes[lane].title.c_str(), lane == shown,
             {"The stages of this lane.", std::string_view("1234").substr(lane, 1)}))
      view.selection.lane = lane;
    ImGui::PopID();
  }
  ImGui::SameLine(0, px(12));
  caption(fmt::format("layer {}, head {}, on {}", snapshot.stages.place.layer + 1, snapshot.stages.place.head + 1,
                      snapshot.device));
}

void draw_columns(const Scene& scene) {
  const int columns = ImGui::GetContentRegionAvail().x >= px(kThreeColumns) ? 3 : 1;
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {px(14), px(2)});
  if (ImGui::BeginTable("stages", columns, ImGuiTableFlags_SizingStretchSame)) {
    for (void (*draw)(const Scene&) : {draw_scores, draw_softmax, draw_mix}) {
      ImGui::TableNextColumn();
      draw(scene);
    }
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
}

StagesPlace wanted_place(const Snapshot& snapshot, const View& view) {
  if (view.page != Page::kStages || snapshot.lanes.empty()) return {};
  const Selection selection = resolve(view.selection, snapshot);
  return {std::max(selection.lane, 0), selection.layer, std::max(selection.head, 0)};
}

}  // namespace

void ask_for_stages(const Snapshot& snapshot, View& view, Commands& commands) {
  const StagesPlace wanted = wanted_place(snapshot, view);
  if (wanted == view.stages.asked) return;
  view.stages.asked = wanted;
  commands.send(command::ShowStages{wanted});
}

void draw_stages(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  if (snapshot.lanes.empty() || snapshot.stages.place.lane < 0) return caption("The stages are on their way…");
  draw_looking_at(snapshot, view, commands, false);
  draw_lane_chips(snapshot, view);
  if (!snapshot.stages.missing.empty()) return small_print(snapshot.stages.missing);
  const Scene scene = {snapshot, snapshot.stages.stages, view.stages, view};
  paint(scene, textures);
  view.stages.cell = std::exchange(view.stages.next_cell, resting_cell(scene));
  const AttentionStages& s = scene.stages;
  StageCell& cell = view.stages.cell;
  cell = {std::clamp(cell.query, 0, s.queries - 1), std::clamp(cell.key, 0, s.keys - 1),
          std::clamp(cell.number, 0, s.head_width - 1)};
  draw_columns(scene);
}

}  // namespace lab
