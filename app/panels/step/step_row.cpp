#include "app/panels/step/step_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/widgets/cells.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/text.h"

namespace lab {

namespace {

constexpr float kLine = 21, kHead = 44, kGap = 20, kLabel = 58, kFigure = 62, kStrip = 84;  // logical pixels

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

/// One column of bars, from 0 to both sides.
struct Column {
  std::string title, meaning;
  std::vector<double> numbers;  // of all keys
  ImU32 colour;
  std::string others, sum;  // below, or empty
};

/// One query's row: what its scores became, or its gradients.
struct Row {
  std::vector<int> keys;  // that are listed, in order
  int others = 0;         // that exist but are not listed
  std::vector<Column> columns;
  bool back = false;
};

std::vector<double> row_of(const std::vector<float>& matrix, const AttentionStages& s, int query) {
  const auto first = matrix.begin() + int64_t{query} * s.keys;
  return {first, first + s.keys};
}

/// The `most` keys that count most, in order; returns the others.
std::vector<int> choose_keys(Row& row, const std::vector<double>& scores, const std::vector<double>& by, int most) {
  for (int j = 0; j < static_cast<int>(scores.size()); ++j)
    if (std::isfinite(scores[j])) row.keys.push_back(j);
  std::ranges::stable_sort(row.keys, [&](int a, int b) { return std::abs(by[a]) > std::abs(by[b]); });
  const size_t kept = std::min<size_t>(most, row.keys.size());
  const std::vector<int> others(row.keys.begin() + static_cast<int64_t>(kept), row.keys.end());
  row.keys.resize(kept);
  std::ranges::sort(row.keys);
  row.others = static_cast<int>(others.size());
  return others;
}

double sum_of(const std::vector<double>& numbers, const std::vector<int>& which) {
  double total = 0;
  for (const int i : which) total += numbers[i];
  return total;
}

/// Scores, e to their powers, weights.
Row forward_row(const AttentionStages& s, int query, int most) {
  Row row;
  const std::vector<double> scores = row_of(softmax_got(s), s, query), weights = row_of(softmax_gave(s), s, query);
  const std::vector<int> others = choose_keys(row, scores, weights, most);
  const double largest = *std::ranges::max_element(scores);
  std::vector<double> powers;
  for (const double score : scores) powers.push_back(std::exp(score - largest));
  const double total = std::accumulate(powers.begin(), powers.end(), 0.0);
  const auto three = [](double number) { return fmt::format("{:.3f}", number); };
  row.columns = {{"Scores", "how alike query and key are", scores, colour::rgb(0x7A8FA8), "", ""},
                 {"e to the score − " + three(largest), "the largest is taken off first", powers, colour::rgb(0xC58B2A),
                  three(sum_of(powers, others)), three(total)},
                 {"Weights", "each divided by the sum " + three(total), weights, colour::kAccent,
                  three(sum_of(weights, others)), three(std::accumulate(weights.begin(), weights.end(), 0.0))}};
  return row;
}

/// Weights and their gradients, what is left without the row's mean, and what that makes of the scores.
Row backward_row(const AttentionStages& s, const AttentionGradients& g, int query, int most) {
  Row row;
  row.back = true;
  const std::vector<double> weights = row_of(softmax_gave(s), s, query),
                            by_weight = row_of(g.d_softmax.empty() ? g.d_weights : g.d_softmax, s, query),
                            by_score = row_of(g.d_ruled_scores.empty() ? g.d_scores : g.d_ruled_scores, s, query);
  choose_keys(row, row_of(s.scores, s, query), by_score, most);
  const double mean = std::inner_product(weights.begin(), weights.end(), by_weight.begin(), 0.0);
  std::vector<double> differences;
  for (const double gradient : by_weight) differences.push_back(gradient - mean);
  const ImU32 orange = colour::kLanes[1];
  row.columns = {
      {"Weights", "what the softmax gave", weights, colour::kAccent, "", ""},
      {"Gradient by weight", "the loss per weight", by_weight, orange, "", ""},
      {"minus the mean " + brief(mean), "weights share one whole", differences, orange, "", ""},
      {"Gradient by score", "difference × weight", by_score, colour::rgb(0x9B4A00), "", ""},
  };
  return row;
}

void draw_bar(ImVec2 at, float width, double value, double low, double high, ImU32 ink) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float top = at.y + px(4), bottom = at.y + px(kLine - 5);
  list.AddRectFilled({at.x, top}, {at.x + width, bottom}, colour::kTrack, px(2));
  if (!(high > low)) return;
  const float zero = at.x + width * static_cast<float>(-low / (high - low));
  const float end = at.x + width * static_cast<float>((value - low) / (high - low));
  list.AddRectFilled({std::min(zero, end), top}, {std::max(std::max(zero, end), std::min(zero, end) + px(1)), bottom},
                     ink, px(2));
}

/// `labels`: with the keys' names.
void draw_column(const StepScene& scene, const Row& row, const Column& column, float width, int light, bool labels) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text(at, column.title, theme().strong, colour::kText, width);
  draw_text({at.x, at.y + px(20)}, column.meaning, theme().caption, colour::kQuiet, width);
  double low = 0, high = 0;
  for (const int key : row.keys) {
    low = std::min(low, column.numbers[key]);
    high = std::max(high, column.numbers[key]);
  }
  const float from = labels ? px(kLabel) : 0, bar = width - from - px(kFigure);
  float y = at.y + px(kHead);
  for (const int key : row.keys) {
    if (key == light)
      ImGui::GetWindowDrawList()->AddRectFilled({at.x - px(kGap / 2), y}, {at.x + width + px(kGap / 2), y + px(kLine)},
                                                colour::kHover);
    if (labels)
      draw_text({at.x, y + px(3)}, place_label(scene, Along::kKeys, key), theme().caption, colour::kQuiet,
                px(kLabel - 4));
    draw_bar({at.x + from, y}, bar, column.numbers[key], low, high, column.colour);
    draw_text_right({at.x + width, y + px(2)},
                    row.back ? brief(column.numbers[key]) : fmt::format("{:.3f}", column.numbers[key]), theme().body,
                    colour::kText);
    y += px(kLine);
  }
  const auto total = [&](const std::string& name, const std::string& figure, ImFont* font) {
    draw_text({at.x, y + px(3)}, name, theme().caption, colour::kQuiet, width - px(kFigure));
    draw_text_right({at.x + width, y + px(2)}, figure, font, colour::kText);
    y += px(kLine);
  };
  if (row.others > 0) total(fmt::format("{} others", row.others), column.others, theme().body);
  if (!column.sum.empty()) total("sum", column.sum, theme().strong);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, y - at.y});
}

/// The last matrix whose columns are keys: where a key is pointed at.
int pairs_matrix(const StepScene& scene) {
  for (int m = static_cast<int>(scene.matrices.size()); m-- > 0;)
    if (scene.matrices[m].across == Along::kKeys) return m;
  return -1;
}

void point_at_key(const StepScene& scene, int query, int key) {
  if (const int matrix = pairs_matrix(scene); matrix >= 0) scene.state.next_hovered = {matrix, query, key};
}

void point_at_lines(const StepScene& scene, const Row& row, int query, ImVec2 from, float width) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (mouse.x < from.x || mouse.x > from.x + width || mouse.y < from.y + px(kHead) || !ImGui::IsWindowHovered()) return;
  const size_t line = static_cast<size_t>((mouse.y - from.y - px(kHead)) / px(kLine));
  if (line >= row.keys.size()) return;
  point_at_key(scene, query, row.keys[line]);
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) scene.state.chosen = scene.state.next_hovered;
}

/// The values of the listed keys, each as strongly coloured as its weight makes it; and their sum.
void draw_mix(const AttentionStages& s, const Row& row, int query, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text(at, "Weights × values", theme().strong, colour::kText, width);
  draw_text({at.x, at.y + px(20)}, "blue above 0, orange below", theme().caption, colour::kQuiet, width);
  const std::vector<double> mixing = row_of(s.weights, s, query);
  double largest = 1e-12;
  for (int d = 0; d < s.head_width; ++d) {
    largest = std::max(largest, std::abs(double{s.out[query * s.head_width + d]}));
    for (const int key : row.keys) largest = std::max(largest, std::abs(mixing[key] * s.v[key * s.head_width + d]));
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
    strip(y, [&](int d) { return mixing[key] * s.v[key * s.head_width + d]; });
    y += px(kLine);
  }
  if (row.others > 0) draw_text({at.x, y + px(3)}, "and the others", theme().caption, colour::kQuiet), y += px(kLine);
  list.AddLine({at.x, y - px(1)}, {at.x + width, y - px(1)}, colour::kQuiet);
  strip(y, [&](int d) { return double{s.out[query * s.head_width + d]}; });
  draw_text({at.x, y + px(kLine)}, "added up: the mixed value", theme().caption, colour::kQuiet, width);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, y + px(2 * kLine) - at.y});
}

/// The picture with the query outlined and its weights over the patches.
void draw_picture(const StepScene& scene, int query, int light, float side) {
  const Geometry& g = scene.snapshot.geometry;
  ImGui::BeginGroup();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text(at, "The query", theme().strong, colour::kText, side);
  draw_text({at.x, at.y + px(20)}, query < g.prefix ? "the class token, no patch" : "outlined; bright: more weight",
            theme().caption, colour::kQuiet, side);
  ImGui::Dummy({side, px(kHead)});
  const Cells cells("the query's picture", scene.state.picture, {side, side}, g.rows, g.columns);
  const auto patch = [&](int token) { return Cell{(token - g.prefix) / g.columns, (token - g.prefix) % g.columns}; };
  if (query >= g.prefix) cells.outline(patch(query));
  if (light >= g.prefix) cells.light(patch(light));
  if (const Cell cell = cells.hovered()) point_at_key(scene, query, g.prefix + cell.row * g.columns + cell.column);
  if (const Cell cell = cells.clicked()) {
    scene.view.selection.query = g.prefix + cell.row * g.columns + cell.column;
    scene.state.chosen = {};
  }
  ImGui::EndGroup();
}

int query_of(const StepScene& scene, const AttentionStages& s) { return std::clamp(scene.cell.row, 0, s.queries - 1); }

bool has_picture(const StepScene& scene) { return scene.snapshot.geometry.is_grid() && scene.record.tokens.empty(); }

}  // namespace

bool shows_row(const StepScene& scene) {
  const StageKind kind = scene.stage().kind;
  if (!inside(scene, scene.record)) return false;
  return kind == StageKind::kScale || kind == StageKind::kScores || kind == StageKind::kMask ||
         kind == StageKind::kSoftmax || kind == StageKind::kDropWeights || kind == StageKind::kMix ||
         kind == StageKind::kBackSoftmax;
}

void paint_row(const StepScene& scene, TextureStore& textures) {
  const AttentionStages* s = inside(scene, scene.record);
  const int layer = s ? scene.record.operations[scene.stage().operation].attention : -1;
  if (!s || !has_picture(scene) || layer >= static_cast<int>(scene.snapshot.lanes[scene.lane].maps.size())) return;
  const StepTensor& pixels = scene.record.tensors[scene.record.operations[0].inputs[0]];
  std::vector<uint8_t> bytes;
  for (const float level : pixels.value) bytes.push_back(static_cast<uint8_t>(std::lround(level * 255)));
  const int query = query_of(scene, *s);
  const HeatScale scale{scene.view.lanes.style.colours, largest_of_row(s->weights, s->keys, query)};
  scene.state.picture =
      textures.upload("step picture", pixels.columns, pixels.rows,
                      overlay_pixels(bytes, pixels.rows, pixels.columns, s->weights,
                                     scene.snapshot.lanes[scene.lane].maps[layer].of(scene.head), query, scale));
}

void draw_row(const StepScene& scene, float height) {
  const AttentionStages& s = *inside(scene, scene.record);
  const int query = query_of(scene, s), lines = std::max(4, static_cast<int>((height - px(kHead)) / px(kLine)) - 3);
  const bool back = scene.stage().kind == StageKind::kBackSoftmax;
  const int attention = scene.record.operations[scene.stage().operation].attention;
  const Row row = back ? backward_row(s, scene.record.attentions[attention].gradients[scene.head], query, lines + 2)
                       : forward_row(s, query, lines);
  if (row.keys.empty()) return small_print("This query has no key to look at.");
  const StepCell& hovered = scene.state.hovered;
  const int light = hovered.matrix >= 0 && scene.matrices[hovered.matrix].across == Along::kKeys ? hovered.column
                    : hovered.matrix >= 0 && scene.matrices[hovered.matrix].down == Along::kKeys ? hovered.row
                    : scene.result().across == Along::kKeys                                      ? scene.cell.column
                                                                                                 : -1;
  const float width = ImGui::GetContentRegionAvail().x;
  const float side = has_picture(scene) ? std::floor(std::min({width * 0.2f, height - px(kHead), px(320)})) : 0;
  if (side > 0) {
    draw_picture(scene, query, light, side);
    ImGui::SameLine(0, px(kGap));
  }
  const float room = width - side - (side > 0 ? px(kGap) : 0) - px(kLabel);
  const float each = std::floor((room - 3 * px(kGap)) / 4);
  const ImVec2 from = ImGui::GetCursorScreenPos();
  for (size_t i = 0; i < row.columns.size(); ++i) {
    if (i > 0) ImGui::SameLine(0, px(kGap));
    draw_column(scene, row, row.columns[i], each + (i == 0 ? px(kLabel) : 0), light, i == 0);
  }
  if (!back) {
    ImGui::SameLine(0, px(kGap));
    draw_mix(s, row, query, each);
  }
  point_at_lines(scene, row, query, from, width - side);
}

float row_in_lanes_height(const StepScene& scene) {
  const bool back = scene.stage().kind == StageKind::kBackSoftmax;
  return scene.snapshot.opened.size() > 1 && !back ? px(kStrip + 26) : 0;
}

void draw_row_in_lanes(const StepScene& scene) {
  if (row_in_lanes_height(scene) == 0) return;
  const auto& lanes = scene.snapshot.opened;
  heading("The same query's weights in every lane, over all keys");
  const float count = static_cast<float>(lanes.size());
  const float each = (ImGui::GetContentRegionAvail().x - px(kGap) * (count - 1)) / count;
  double shared = 0;  // one scale for all
  std::vector<std::vector<double>> rows;
  for (const StepRecordPtr& record : lanes) {
    const AttentionStages* s = record ? inside(scene, *record) : nullptr;
    rows.push_back(s ? row_of(softmax_gave(*s), *s, query_of(scene, *s)) : std::vector<double>{});
    for (const double weight : rows.back()) shared = std::max(shared, weight);
  }
  for (size_t lane = 0; lane < lanes.size(); ++lane) {
    if (lane > 0) ImGui::SameLine(0, px(kGap));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({each, px(kStrip - 8)});
    const std::string& title = scene.snapshot.lanes[lane].title;
    const std::vector<double>& row = rows[lane];
    const auto above = std::ranges::count_if(row, [](double weight) { return weight > 0; });
    draw_text(at,
              row.empty() ? title + ": keeps no weights of pairs"
                          : fmt::format("{}: {} weights, largest {:.2f}", title, above, *std::ranges::max_element(row)),
              theme().caption, static_cast<int>(lane) == scene.lane ? colour::kText : colour::kQuiet, each);
    const float step = each / std::max(1.0f, static_cast<float>(row.size())), top = at.y + px(18),
                bottom = at.y + px(kStrip - 10);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddLine({at.x, bottom}, {at.x + each, bottom}, colour::kLine);
    for (size_t key = 0; key < row.size(); ++key) {
      if (!(row[key] > 0)) continue;
      const float x = at.x + step * static_cast<float>(key);
      list.AddRectFilled({x, bottom - std::max((bottom - top) * static_cast<float>(row[key] / shared), px(1))},
                         {x + std::max(step - px(1), 1.0f), bottom}, lane_colour(static_cast<int>(lane)));
    }
  }
}

}  // namespace lab
