#include <fmt/format.h>

#include <algorithm>

#include "app/panels/inside_views.h"
#include "app/widgets/button.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kGap = 20, kBetween = 12, kUnder = 38, kRowName = 54, kTop = 24;  // logical pixels
constexpr float kSmallest = 44, kLargest = 260, kOpenSmallest = 380, kOpenShare = 0.42f;

/// A figure of a head: how it is called and said.
struct Figure {
  const char* name;
  double HeadStatistics::*value;
  const char* form;  // of fmt
  double times;
  const char* explanation;
  bool sequences_only = false, class_token_only = false;
};
constexpr Figure kFigures[] = {
    {"Entropy, nats", &HeadStatistics::entropy, "{:.2f}", 1,
     "How spread out a query's attention is: −Σ w · ln w, mean over queries. 0: all on one key."},
    {"Of the most possible", &HeadStatistics::entropy_share, "{:.0f} %", 100,
     "The entropy as a share of that of even attention over the same keys."},
    {"Mean distance", &HeadStatistics::distance, "{:.2f}", 1,
     "How far attention goes, in patches or tokens; the class token has no place and is left out."},
    {"On itself", &HeadStatistics::itself, "{:.0f} %", 100, "Of a query's attention, what stays at its own place."},
    {"Next to it", &HeadStatistics::neighbours, "{:.0f} %", 100,
     "Of a query's attention, what goes to the patches or tokens right beside it."},
    {"On the token before", &HeadStatistics::before, "{:.0f} %", 100,
     "Of a query's attention, what goes to the token just before it.", true},
    {"On the class token", &HeadStatistics::class_token, "{:.0f} %", 100,
     "Of a query's attention, what goes to the token that is read for the answer.", false, true},
};

std::string said(const Figure& figure, const HeadStatistics& s) {
  return fmt::format(fmt::runtime(figure.form), s.*figure.value * figure.times);
}

bool applies(const Figure& figure, const Geometry& geometry) {
  return !(figure.sequences_only && geometry.is_grid()) && !(figure.class_token_only && geometry.prefix == 0);
}

size_t number(const InsideScene& scene, int layer, int head) {
  return static_cast<size_t>(layer) * scene.heads() + head;
}

std::span<const float> weights_of(const InsideScene& scene, int layer, int head) {
  const auto pairs = static_cast<size_t>(scene.lane().maps[layer].of(head).dense_pairs());
  return std::span(scene.lane().attention).subspan(number(scene, layer, head) * pairs, pairs);
}

/// Whether the snapshot's attention is of the model that it names.
bool fits(const InsideScene& scene) {
  const LaneSnapshot& lane = scene.lane();
  return static_cast<int>(lane.maps.size()) == scene.layers() &&
         lane.attention.size() == static_cast<size_t>(scene.layers()) * scene.heads() * lane.maps[0].any->dense_pairs();
}

void paint(const InsideScene& scene) {
  HeadsState& state = scene.view.inside.heads;
  const Selection& open = scene.selection;
  const HeatStyle& style = scene.view.lanes.style;
  const HeadsState::Painted now = {
      scene.snapshot.serial, scene.inside.place.lane, open.layer, open.head, open.query, style.colours, style.shared};
  if (now == state.painted && !state.maps.empty()) return;
  state.painted = now;
  state.maps.clear();
  const float largest = largest_of(scene.lane().attention);
  for (int layer = 0; layer < scene.layers(); ++layer)
    for (int head = 0; head < scene.heads(); ++head) {
      const TileMap& map = scene.lane().maps[layer].of(head);
      const std::span<const float> weights = weights_of(scene, layer, head);
      const HeatScale scale = {style.colours, style.shared ? largest : largest_of(weights)};
      state.maps.push_back(scene.textures.upload(fmt::format("inside head {} {}", layer, head), map.keys(),
                                                 map.queries(), map_pixels(weights, map, scale)));
    }
  const TileMap& map = scene.lane().maps[open.layer].of(open.head);
  const std::span<const float> weights = weights_of(scene, open.layer, open.head);
  HeadTally tally;
  tally.add(weights, map, map.queries());
  state.here = tally.mean();
  const Probe& probe = scene.snapshot.probe;
  if (probe.pixels.empty()) return;
  const HeatScale row = {style.colours, largest_of_row(weights, map.keys(), open.query)};
  state.picture =
      scene.textures.upload("inside picture", probe.width, probe.height,
                            overlay_pixels(probe.pixels, probe.height, probe.width, weights, map, open.query, row));
}

std::string title_of(int layer, int head) { return fmt::format("Layer {}, head {}", layer + 1, head + 1); }

/// "56 % of its attention goes to what lies next to the query; said from 50 % on."
std::string habit_words(const HeadHabit& habit, const HeadStatistics& s) {
  return fmt::format("It {}: {:.0f} % {}; said from {:.0f} % on.", habit.label, 100 * s.*habit.figure, habit.rule,
                     100 * habit.least);
}

void head_tip(const InsideScene& scene, int layer, int head) {
  if (!ImGui::IsItemHovered()) return;
  const HeadStatistics& s = scene.inside.heads->heads[number(scene, layer, head)];
  ImGui::BeginTooltip();
  styled_text(title_of(layer, head), theme().strong, colour::kText);
  for (const Figure& figure : kFigures)
    if (applies(figure, scene.snapshot.geometry)) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      draw_text(at, figure.name, theme().caption, colour::kQuiet);
      draw_text_right({at.x + px(230), at.y}, said(figure, s), theme().caption, colour::kText);
      ImGui::Dummy({px(230), px(17)});
    }
  if (const HeadHabit* habit = habit_of(s)) {
    ImGui::PushTextWrapPos(px(240));
    caption(habit_words(*habit, s));
    ImGui::PopTextWrapPos();
  }
  ImGui::EndTooltip();
}

/// Its map, and under it how spread out it is and what it does.
void draw_head(const InsideScene& scene, int layer, int head, float side) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddImage(scene.view.inside.heads.maps[number(scene, layer, head)], at, {at.x + side, at.y + side});
  ImGui::PushID(static_cast<int>(number(scene, layer, head)));
  if (ImGui::InvisibleButton("head", {side, side + px(kUnder)}))
    scene.view.selection.layer = layer, scene.view.selection.head = head;
  ImGui::PopID();
  const bool open = layer == scene.selection.layer && head == scene.selection.head;
  const float line = px(open ? 3 : 1);
  list.AddRect({at.x - line, at.y - line}, {at.x + side + line, at.y + side + line},
               open                     ? colour::kAccent
               : ImGui::IsItemHovered() ? colour::kHoverLine
                                        : colour::kLine,
               0, 0, line);
  if (!scene.inside.heads) return;
  const HeadStatistics& s = scene.inside.heads->heads[number(scene, layer, head)];
  const std::string spread = fmt::format("{:.0f} %", 100 * s.entropy_share);
  const std::string nats = fmt::format("{:.2f} nats", s.entropy);
  const float below = at.y + side + px(5);
  draw_text({at.x, below}, nats, theme().caption, colour::kText, side);
  if (text_width(nats + spread, theme().caption) + px(8) < side)
    draw_text_right({at.x + side, below}, spread, theme().caption, colour::kQuiet);
  if (const HeadHabit* habit = habit_of(s))
    draw_text({at.x, below + px(16)}, habit->label, theme().heading, colour::kText, side + px(kBetween - 2));
  head_tip(scene, layer, head);
}

float side_of_maps(const InsideScene& scene, ImVec2 room) {
  const auto heads = static_cast<float>(scene.heads()), layers = static_cast<float>(scene.layers());
  const float across = (room.x - px(kRowName)) / heads - px(kBetween);
  const float down = (room.y - px(kTop)) / layers - px(kUnder + kBetween);
  return std::floor(std::clamp(std::min(across, down), px(kSmallest), px(kLargest)));
}

void draw_grid(const InsideScene& scene, ImVec2 room) {
  const float side = side_of_maps(scene, room), step = side + px(kBetween), tall = side + px(kUnder + kBetween);
  ImGui::BeginChild("heads", room, false, ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_HorizontalScrollbar);
  const ImVec2 from = ImGui::GetCursorScreenPos();
  for (int head = 0; head < scene.heads(); ++head)
    draw_text({from.x + px(kRowName) + step * static_cast<float>(head), from.y}, fmt::format("head {}", head + 1),
              theme().caption, colour::kQuiet, side);
  for (int layer = 0; layer < scene.layers(); ++layer) {
    const float y = from.y + px(kTop) + tall * static_cast<float>(layer);
    draw_text({from.x, y + side / 2 - px(8)}, fmt::format("layer {}", layer + 1), theme().caption, colour::kQuiet);
    for (int head = 0; head < scene.heads(); ++head) {
      ImGui::SetCursorScreenPos({from.x + px(kRowName) + step * static_cast<float>(head), y});
      draw_head(scene, layer, head, side);
    }
  }
  ImGui::EndChild();
}

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

/// The words of the text, each on the colour of its weight.
void draw_open_text(const InsideScene& scene, ImVec2 room) {
  HeadsState& state = scene.view.inside.heads;
  const std::vector<int>& tokens = scene.snapshot.probe.tokens;
  const auto row = weights_of(scene, scene.selection.layer, scene.selection.head)
                       .subspan(static_cast<size_t>(scene.selection.query) * scene.snapshot.geometry.keys,
                                std::min<size_t>(tokens.size(), scene.snapshot.geometry.keys));
  const HeatScale scale = {scene.view.lanes.style.colours, largest_of(row)};
  ImGui::BeginChild("words", room, false, ImGuiWindowFlags_NoBackground);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float left = ImGui::GetCursorScreenPos().x, right = left + room.x - ImGui::GetStyle().ScrollbarSize;
  ImVec2 at = ImGui::GetCursorScreenPos();
  for (size_t i = 0; i < row.size(); ++i) {
    const std::string word = readable_token(*scene.snapshot.data, tokens[i]);
    const ImVec2 size = {text_width(word, theme().body) + px(8), px(24)};
    if (at.x + size.x > right) at = {left, at.y + px(34)};
    ImGui::SetCursorScreenPos(at);
    ImGui::PushID(static_cast<int>(i));
    if (ImGui::InvisibleButton("word", {size.x, px(32)})) scene.view.selection.query = static_cast<int>(i);
    ImGui::PopID();
    if (ImGui::IsItemHovered()) state.next_key = static_cast<int>(i);
    draw_text({at.x + px(4), at.y + px(2)}, word, theme().body, colour::kText);
    list.AddRectFilled({at.x, at.y + px(23)}, {at.x + size.x - px(1), at.y + px(30)}, scale(row[i]), px(2));
    if (static_cast<int>(i) == scene.selection.query)
      list.AddRect(at, {at.x + size.x, at.y + px(22)}, colour::kText, px(3), 0, px(1.5f));
    if (static_cast<int>(i) == state.key)
      list.AddRect(at, {at.x + size.x, at.y + px(22)}, colour::kHoverLine, px(3), 0, px(2));
    at.x += size.x;
  }
  ImGui::EndChild();
}

void draw_open_map(const InsideScene& scene, float side) {
  HeadsState& state = scene.view.inside.heads;
  const Geometry& g = scene.snapshot.geometry;
  const Cells cells("map", state.maps[number(scene, scene.selection.layer, scene.selection.head)], {side, side},
                    g.queries, g.keys);
  cells.outline({scene.selection.query, 0}, 1, g.keys);
  if (state.key >= 0 && state.key < g.keys) cells.light({scene.selection.query, state.key});
  if (cells.hovered()) state.next_key = cells.hovered().column;
  if (cells.clicked()) scene.view.selection.query = cells.clicked().row;
  tooltip(Tip("A row for each query, a column for each key. Click a row to see where that query looks."));
}

/// "row 3, column 4 looks at row 3, column 5: 0.12"
std::string pair_words(const InsideScene& scene) {
  const Sample sample = scene.snapshot.probe.sample();
  const int query = scene.selection.query, key = scene.view.inside.heads.key;
  const std::string asks = place_in(scene.snapshot, sample, query);
  if (key < 0 || key >= scene.snapshot.geometry.keys) return fmt::format("Where {} looks", asks);
  const float weight =
      weights_of(scene, scene.selection.layer,
                 scene.selection.head)[static_cast<size_t>(query) * scene.snapshot.geometry.keys + key];
  return fmt::format("{} → {}: {:.4f}", asks, place_in(scene.snapshot, sample, key), weight);
}

void draw_figures(const InsideScene& scene) {
  const HeadsInside& found = *scene.inside.heads;
  const size_t at = number(scene, scene.selection.layer, scene.selection.head);
  const bool pictures = scene.snapshot.data->test.has_pictures();
  const std::vector<TableColumn> columns = {{pictures ? "this picture" : "this text", colour::kLine},
                                            {test_samples(scene.snapshot, found.samples), colour::kAccent},
                                            {"if it were even", colour::kLine}};
  std::vector<TableRow> rows;
  for (const Figure& figure : kFigures)
    if (applies(figure, scene.snapshot.geometry))
      rows.push_back(
          {figure.name,
           {said(figure, scene.view.inside.heads.here), said(figure, found.heads[at]), said(figure, found.even[at])},
           figure.explanation});
  figure_table(columns, rows);
  if (const HeadHabit* habit = habit_of(found.heads[at])) small_print(habit_words(*habit, found.heads[at]));
  small_print(
      fmt::format("Means over all queries of {}{}.", test_samples(scene.snapshot, found.samples), shown_step(scene)));
}

void draw_open_head(const InsideScene& scene, ImVec2 room) {
  ImGui::BeginChild("open", room, false, ImGuiWindowFlags_NoBackground);
  styled_text(title_of(scene.selection.layer, scene.selection.head), theme().title, colour::kText);
  if (scene.inside.heads) {
    const HeadHabit* habit =
        habit_of(scene.inside.heads->heads[number(scene, scene.selection.layer, scene.selection.head)]);
    if (habit != nullptr) ImGui::SameLine(0, px(10)), styled_text(habit->label, theme().title, colour::kAccent);
  }
  const float table = px(24 * 8 + 70);
  const float side = std::floor(std::max(px(140), std::min((ImGui::GetContentRegionAvail().x - px(kBetween)) / 2,
                                                           ImGui::GetContentRegionAvail().y - table)));
  caption(shortened(pair_words(scene), theme().caption, room.x));
  if (scene.snapshot.geometry.is_grid())
    draw_open_picture(scene, side);
  else
    draw_open_text(scene, {room.x - side - px(kBetween), side});
  ImGui::SameLine(0, px(kBetween));
  draw_open_map(scene, side);
  ImGui::Dummy({1, px(4)});
  if (scene.inside.heads) draw_figures(scene);
  ImGui::EndChild();
}

}  // namespace

void draw_inside_heads(const InsideScene& scene) {
  if (!fits(scene)) return caption("The maps are on their way…");
  HeadsState& state = scene.view.inside.heads;
  state.key = std::exchange(state.next_key, -1);
  paint(scene);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float open = std::min(std::max(px(kOpenSmallest), std::floor(room.x * kOpenShare)), room.x);
  const bool beside = room.x - open > px(kOpenSmallest);
  draw_grid(scene, beside ? ImVec2{room.x - open - px(kGap), room.y} : ImVec2{room.x, std::floor(room.y * 0.45f)});
  if (beside) ImGui::SameLine(0, px(kGap));
  draw_open_head(scene, beside ? ImVec2{open, room.y} : ImVec2{room.x, 0});
}

}  // namespace lab
