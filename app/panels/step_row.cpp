#include "app/panels/step_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {

namespace {

constexpr float kLine = 21, kHead = 44, kGap = 22, kLabel = 58, kFigure = 58, kStrip = 92;  // logical pixels

const AttentionStages* inside(const StepScene& scene, const StepRecord& record) {
  const int operation = scene.stage().operation;
  if (operation < 0 || operation >= static_cast<int>(record.operations.size())) return nullptr;
  const int attention = record.operations[operation].attention;
  if (attention < 0 || record.attentions[attention].stages.empty()) return nullptr;
  return &record.attentions[attention].stages[std::min(scene.head, record.heads - 1)];
}

const std::vector<float>& softmax_got(const AttentionStages& s) {
  return s.ruled_scores.empty() ? s.scores : s.ruled_scores;
}
const std::vector<float>& softmax_gave(const AttentionStages& s) { return s.softmax.empty() ? s.weights : s.softmax; }

/// One query's row: what its scores became.
struct Row {
  std::vector<int> keys;  // that are listed, in order
  std::vector<double> scores, powers, weights, mixing;
  double largest = -INFINITY, lowest = INFINITY, power_sum = 0, weight_sum = 0;
  int others = 0;  // that exist but are not listed
  double others_power = 0, others_weight = 0;
};

/// `most` keys at most: those with the largest weights.
Row row_of(const AttentionStages& s, int query, int most) {
  Row row;
  const size_t first = static_cast<size_t>(query) * s.keys;
  const auto copy = [&](const std::vector<float>& m) {
    return std::vector<double>(m.begin() + first, m.begin() + first + s.keys);
  };
  row.scores = copy(softmax_got(s));
  row.weights = copy(softmax_gave(s));
  row.mixing = copy(s.weights);
  for (int j = 0; j < s.keys; ++j)
    if (std::isfinite(row.scores[j])) {
      row.keys.push_back(j);
      row.largest = std::max(row.largest, row.scores[j]);
      row.lowest = std::min(row.lowest, row.scores[j]);
    }
  for (const double score : row.scores) row.powers.push_back(std::exp(score - row.largest));
  row.power_sum = std::accumulate(row.powers.begin(), row.powers.end(), 0.0);
  row.weight_sum = std::accumulate(row.weights.begin(), row.weights.end(), 0.0);
  std::vector<int> by_weight = row.keys;
  std::ranges::stable_sort(by_weight, [&](int a, int b) { return row.weights[a] > row.weights[b]; });
  for (size_t i = std::min<size_t>(most, by_weight.size()); i < by_weight.size(); ++i) {
    ++row.others;
    row.others_power += row.powers[by_weight[i]];
    row.others_weight += row.weights[by_weight[i]];
    std::erase(row.keys, by_weight[i]);
  }
  return row;
}

/// One column of bars, from the zero line to both sides.
struct Column {
  std::string title, meaning;
  const std::vector<double>* numbers;
  double low, high;
  ImU32 colour;
  std::string others, sum;  // below, or empty
};

void draw_bar(ImVec2 at, float width, double value, const Column& column) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float top = at.y + px(4), bottom = at.y + px(kLine - 5);
  const double low = std::min(column.low, 0.0), span = std::max(column.high, 0.0) - low;
  list.AddRectFilled({at.x, top}, {at.x + width, bottom}, colour::kTrack, px(2));
  if (!(span > 0)) return;
  const float zero = at.x + width * static_cast<float>(-low / span);
  const float end = at.x + width * static_cast<float>((value - low) / span);
  list.AddRectFilled({std::min(zero, end), top}, {std::max({zero, end, std::min(zero, end) + px(1)}), bottom},
                     column.colour, px(2));
}

void draw_column(const StepScene& scene, const Row& row, const Column& column, float width, int light) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text(at, column.title, theme().strong, colour::kText, width);
  draw_text({at.x, at.y + px(20)}, column.meaning, theme().caption, colour::kQuiet, width);
  const float bar = width - px(kLabel + kFigure + 8);
  float y = at.y + px(kHead);
  for (const int key : row.keys) {
    if (key == light)
      ImGui::GetWindowDrawList()->AddRectFilled({at.x - px(4), y}, {at.x + width + px(4), y + px(kLine - 1)},
                                                colour::kHover, px(3));
    draw_text({at.x, y + px(3)}, place_label(scene, Along::kKeys, key), theme().caption, colour::kQuiet,
              px(kLabel - 6));
    draw_bar({at.x + px(kLabel), y}, bar, (*column.numbers)[key], column);
    draw_text_right({at.x + width, y + px(2)}, fmt::format("{:.3f}", (*column.numbers)[key]), theme().body,
                    colour::kText);
    y += px(kLine);
  }
  const auto total = [&](const std::string& name, const std::string& figure, ImFont* font) {
    draw_text({at.x, y + px(3)}, name, theme().caption, colour::kQuiet, width - px(kFigure));
    draw_text_right({at.x + width, y + px(2)}, figure, font, colour::kText);
    y += px(kLine);
  };
  if (row.others > 0) total(fmt::format("{} others, together", row.others), column.others, theme().body);
  if (!column.sum.empty()) total("sum", column.sum, theme().strong);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, y - at.y});
}

/// Which matrix of the stage has a column of keys in that column; hovering a line points there.
void point_at_keys(const StepScene& scene, const Row& row, int query, ImVec2 from, float width) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (mouse.x < from.x || mouse.x > from.x + width || mouse.y < from.y + px(kHead) || !ImGui::IsWindowHovered()) return;
  const size_t line = static_cast<size_t>((mouse.y - from.y - px(kHead)) / px(kLine));
  if (line >= row.keys.size()) return;
  for (int m = static_cast<int>(scene.matrices.size()); m-- > 0;)
    if (scene.matrices[m].across == Along::kKeys) {
      scene.state.next_hovered = {m, query, row.keys[line]};
      return;
    }
}

/// The values of the listed keys, each as strongly coloured as its weight makes it; and their sum.
void draw_mix(const AttentionStages& s, const Row& row, int query, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text(at, "Weights × values", theme().strong, colour::kText, width);
  draw_text({at.x, at.y + px(20)}, "blue above 0, orange below", theme().caption, colour::kQuiet, width);
  double largest = 1e-12;
  for (int d = 0; d < s.head_width; ++d) {
    largest = std::max(largest, std::abs(double{s.out[query * s.head_width + d]}));
    for (const int key : row.keys) largest = std::max(largest, std::abs(row.mixing[key] * s.v[key * s.head_width + d]));
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float cell = width / static_cast<float>(s.head_width);
  const auto strip = [&](float y, const auto& number) {
    for (int d = 0; d < s.head_width; ++d) {
      const double value = number(d) / largest;
      const ImU32 ink = value >= 0 ? colour::kAccent : colour::kLanes[1];
      const float x = at.x + cell * static_cast<float>(d);
      list.AddRectFilled({x, y + px(2)}, {x + std::max(cell - px(1), 1.0f), y + px(kLine - 3)},
                         mix(colour::kField, ink, static_cast<float>(std::sqrt(std::min(1.0, std::abs(value))))));
    }
  };
  float y = at.y + px(kHead);
  for (const int key : row.keys) {
    strip(y, [&](int d) { return row.mixing[key] * s.v[key * s.head_width + d]; });
    y += px(kLine);
  }
  if (row.others > 0) y += px(kLine);
  list.AddLine({at.x, y - px(1)}, {at.x + width, y - px(1)}, colour::kQuiet);
  strip(y, [&](int d) { return double{s.out[query * s.head_width + d]}; });
  draw_text({at.x, y + px(kLine)}, "added up: the mixed value", theme().caption, colour::kQuiet, width);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, y + px(2 * kLine) - at.y});
}

}  // namespace

bool shows_row(const StepScene& scene) {
  const StageKind kind = scene.stage().kind;
  return (kind == StageKind::kScale || kind == StageKind::kScores || kind == StageKind::kMask ||
          kind == StageKind::kSoftmax || kind == StageKind::kDropWeights || kind == StageKind::kMix) &&
         inside(scene, scene.record);
}

void draw_row(const StepScene& scene, float height) {
  const AttentionStages& s = *inside(scene, scene.record);
  const int query = std::clamp(scene.cell.row, 0, s.queries - 1);
  const int lines = std::max(4, static_cast<int>((height - px(kHead)) / px(kLine)) - 2);
  const Row row = row_of(s, query, lines);
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 from = ImGui::GetCursorScreenPos();
  if (row.keys.empty()) return small_print("This query has no key to look at.");
  const int light = scene.result().across == Along::kKeys ? scene.cell.column
                    : scene.state.hovered.matrix >= 0 && scene.matrices[scene.state.hovered.matrix].down == Along::kKeys
                        ? scene.state.hovered.row
                        : -1;
  const Column columns[] = {
      {"Scores", "how alike query and key are", &row.scores, row.lowest, row.largest, colour::rgb(0x7A8FA8), "", ""},
      {fmt::format("e to the score − {:.3f}", row.largest), "minus the largest, so nothing overflows", &row.powers, 0,
       1, colour::rgb(0xC58B2A), fmt::format("{:.3f}", row.others_power), fmt::format("{:.3f}", row.power_sum)},
      {"Weights", fmt::format("each divided by the sum {:.3f}", row.power_sum), &row.weights, 0,
       *std::max_element(row.weights.begin(), row.weights.end()), colour::kAccent,
       fmt::format("{:.3f}", row.others_weight), fmt::format("{:.3f}", row.weight_sum)},
  };
  const float each = (width - 3 * px(kGap)) / 4;
  for (int i = 0; i < 3; ++i) {
    if (i > 0) ImGui::SameLine(0, px(kGap));
    draw_column(scene, row, columns[i], each, light);
  }
  ImGui::SameLine(0, px(kGap));
  draw_mix(s, row, query, each);
  point_at_keys(scene, row, query, from, 3 * each + 2 * px(kGap));
}

float row_in_lanes_height(const StepScene& scene) { return scene.snapshot.opened.size() > 1 ? px(kStrip + 24) : 0; }

void draw_row_in_lanes(const StepScene& scene) {
  const auto& lanes = scene.snapshot.opened;
  if (lanes.size() < 2) return;
  heading("The same query's weights in every lane, over all keys");
  const float each = (ImGui::GetContentRegionAvail().x - px(kGap) * static_cast<float>(lanes.size() - 1)) /
                     static_cast<float>(lanes.size());
  double shared = 0;  // one scale for all
  for (const StepRecordPtr& record : lanes)
    if (const AttentionStages* s = record ? inside(scene, *record) : nullptr) {
      const auto& weights = softmax_gave(*s);
      const auto first = weights.begin() + int64_t{std::clamp(scene.cell.row, 0, s->queries - 1)} * s->keys;
      shared = std::max(shared, double{*std::max_element(first, first + s->keys)});
    }
  for (int lane = 0; lane < static_cast<int>(lanes.size()); ++lane) {
    if (lane > 0) ImGui::SameLine(0, px(kGap));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({each, px(kStrip - 8)});
    const std::string& title = scene.snapshot.lanes[lane].title;
    const AttentionStages* s = lanes[lane] ? inside(scene, *lanes[lane]) : nullptr;
    if (!s) {
      draw_text(at, title + ": keeps no weights of pairs", theme().caption, colour::kQuiet, each);
      continue;
    }
    const int query = std::clamp(scene.cell.row, 0, s->queries - 1);
    const Row row = row_of(*s, query, s->keys);
    const double largest = *std::max_element(row.weights.begin(), row.weights.end());
    draw_text(at, fmt::format("{}: {} weights, largest {:.2f}", title, row.keys.size(), largest), theme().caption,
              lane == scene.lane ? colour::kText : colour::kQuiet, each);
    const float step = each / static_cast<float>(s->keys), top = at.y + px(18), bottom = at.y + px(kStrip - 10);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddLine({at.x, bottom}, {at.x + each, bottom}, colour::kLine);
    for (const int key : row.keys) {
      const float x = at.x + step * static_cast<float>(key);
      const float tall = (bottom - top) * static_cast<float>(shared > 0 ? row.weights[key] / shared : 0);
      list.AddRectFilled({x, bottom - std::max(tall, px(1))}, {x + std::max(step - px(1), 1.0f), bottom},
                         lane_colour(lane));
    }
  }
}

}  // namespace lab
