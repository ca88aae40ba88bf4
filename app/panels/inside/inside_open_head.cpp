#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/inside/inside_views.h"
#include "app/panels/lanes/head_figures.h"
#include "app/panels/texts/token_view.h"
#include "app/widgets/button.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"
#include "app/widgets/token_line.h"

namespace lab {
namespace {

constexpr float kBetween = 12, kSmallest = 140, kTable = 296, kTwoLines = 170;  // logical pixels

void draw_open_picture(const InsideScene& scene, float side) {
  HeadsState& state = scene.view.inside.heads;
  const Geometry& g = scene.snapshot.geometry;
  const Cells cells("picture", state.picture, {side, side}, g.rows, g.columns);
  cells.grid();
  const auto cell = [&](int token) { return Cell{(token - g.prefix) / g.columns, (token - g.prefix) % g.columns}; };
  if (scene.selection.query >= g.prefix) cells.outline(cell(scene.selection.query));
  if (state.key >= g.prefix) cells.light(cell(state.key));
  if (cells.hovered()) state.next_key = g.prefix + cells.hovered().row * g.columns + cells.hovered().column;
  if (cells.clicked()) scene.view.selection.query = g.prefix + cells.clicked().row * g.columns + cells.clicked().column;
}

/// Those that look, and apart from them those looked at, each on the colour of its weight; of one text, both in one.
void draw_open_text(const InsideScene& scene, ImVec2 room) {
  HeadsState& state = scene.view.inside.heads;
  const TileMap& map = scene.map_of(scene.selection.layer, scene.selection.head);
  const int query = scene.query();
  const auto row = scene.weights_of(scene.selection.layer, scene.selection.head)
                       .subspan(static_cast<size_t>(query) * map.keys(), map.keys());
  std::vector<float> weights(row.begin(), row.end());
  for (int key = 0; key < map.keys(); ++key)
    if (!map.exists(query, key)) weights[key] = NAN;
  const SeenTokens tokens = seen_tokens(scene.snapshot, scene.lane(), scene.attending());
  const Dataset& data = *scene.snapshot.data;
  const bool two = scene.attending() == Attending::kCross, of_answer = scene.attending() == Attending::kAnswer;
  const auto in_letters = [](const Tokenizer& t) { return t.kind() != Tokenizer::Kind::kWords; };
  const TokenLine looked_at = {.tokens = tokens.looked_at,
                               .weights = weights,
                               .scale = {scene.view.lanes.style.colours, largest_of(row)},
                               .selected = two ? -1 : query,
                               .lit = state.key,
                               .letters = in_letters(of_answer ? data.answer_tokenizer : data.tokenizer)};
  const float width = room.x - ImGui::GetStyle().ScrollbarSize;
  ImGui::BeginChild("text", room, false, ImGuiWindowFlags_NoBackground);
  if (two) {
    caption("of the answer: click who looks");
    const TokenLine asking = {.tokens = tokens.asking, .selected = query, .letters = in_letters(data.answer_tokenizer)};
    const TokenPick pick = token_line("asking", asking, width);
    if (pick.clicked >= 0) scene.choose(pick.clicked);
    ImGui::Dummy({1, px(4)});
    caption("of the text: what it looks at");
  }
  const TokenPick pick = token_line("tokens", looked_at, width);
  if (pick.hovered >= 0) state.next_key = pick.hovered;
  if (pick.clicked >= 0 && !two) scene.choose(pick.clicked);
  ImGui::EndChild();
}

void draw_open_map(const InsideScene& scene, float side) {
  HeadsState& state = scene.view.inside.heads;
  const TileMap& map = scene.map_of(scene.selection.layer, scene.selection.head);
  const Cells cells("map", state.maps[scene.number(scene.selection.layer, scene.selection.head)], map_size(map, side),
                    map.queries(), map.keys());
  cells.outline({scene.query(), 0}, 1, map.keys());
  if (state.key >= 0 && state.key < map.keys()) cells.light({scene.query(), state.key});
  if (cells.hovered()) state.next_key = cells.hovered().column;
  if (cells.clicked()) scene.choose(cells.clicked().row);
  tooltip(Tip("A row for each query, a column for each key. Click a row to see where that query looks."));
}

/// "row 3, column 4 looks at row 3, column 5: 0.12"
std::string pair_words(const InsideScene& scene) {
  const Sample sample = scene.snapshot.probe.sample();
  const int query = scene.query(), key = scene.view.inside.heads.key;
  const int keys = scene.map_of(scene.selection.layer, scene.selection.head).keys();
  const std::string asks = query_in_sample(scene, sample, query);
  if (key < 0 || key >= keys) return fmt::format("Where {} looks", asks);
  const float weight =
      scene.weights_of(scene.selection.layer, scene.selection.head)[static_cast<size_t>(query) * keys + key];
  return fmt::format("{} → {}: {:.4f}", asks, key_in_sample(scene, sample, key), weight);
}

void draw_figures(const InsideScene& scene) {
  const HeadsInside& found = *scene.inside.heads;
  const size_t at = scene.number(scene.selection.layer, scene.selection.head);
  const bool pictures = scene.snapshot.data->test.has_pictures();
  const std::vector<TableColumn> columns = {{pictures ? "this picture" : "this text", colour::kLine},
                                            {test_samples(scene.snapshot, found.samples), colour::kAccent},
                                            {"if it were even", colour::kLine}};
  std::vector<TableRow> rows;
  for (const HeadFigure& figure : head_figures())
    if (figure.applies(scene.snapshot.geometry, scene.attending()))
      rows.push_back({figure.name,
                      {figure.of(scene.view.inside.heads.here), figure.of(found.heads[at]), figure.of(found.even[at])},
                      figure.explanation});
  figure_table(columns, rows);
  if (const HeadHabit* habit = habit_of(found.heads[at])) small_print(habit_words(*habit, found.heads[at]));
  small_print(
      fmt::format("Means over all queries of {}{}.", test_samples(scene.snapshot, found.samples), shown_step(scene)));
}

}  // namespace

void draw_open_head(const InsideScene& scene, ImVec2 room) {
  ImGui::BeginChild("open", room, false, ImGuiWindowFlags_NoBackground);
  styled_text(head_title(scene.selection.layer, scene.selection.head), theme().title, colour::kText);
  if (scene.inside.heads) {
    const HeadHabit* habit =
        habit_of(scene.inside.heads->heads[scene.number(scene.selection.layer, scene.selection.head)]);
    if (habit != nullptr) ImGui::SameLine(0, px(10)), styled_text(habit->label, theme().title, colour::kAccent);
  }
  const TileMap& map = scene.map_of(scene.selection.layer, scene.selection.head);
  const ImVec2 left = ImGui::GetContentRegionAvail();
  const float side = std::floor(std::max(px(kSmallest), std::min((left.x - px(kBetween)) / 2, left.y - px(kTable))));
  caption(shortened(pair_words(scene), theme().caption, room.x));
  if (scene.snapshot.geometry.is_grid())
    draw_open_picture(scene, side);
  else
    draw_open_text(scene,
                   {room.x - side - px(kBetween), std::max(map_size(map, side).y, std::min(px(kTwoLines), side))});
  ImGui::SameLine(0, px(kBetween));
  draw_open_map(scene, side);
  ImGui::Dummy({1, px(4)});
  if (scene.inside.heads) draw_figures(scene);
  ImGui::EndChild();
}

}  // namespace lab
