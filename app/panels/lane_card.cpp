#include "app/panels/lane_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "app/panels/change_it.h"
#include "app/widgets/button.h"
#include "app/widgets/cells.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kTitle = 34, kCaption = 20, kToken = 24, kAnswer = 22, kFoot = 24, kEdge = 10, kSmallest = 96;
constexpr int kAnswers = 3;

// What a card draws from.
struct Scene {
  const Snapshot& snapshot;
  const LaneSnapshot& lane;
  const LaneImage& image;
  const Selection& selection;
  const CardLayout& layout;
  ImU32 colour;
  int number;  // of the lane
};

std::vector<int> best_classes(const std::vector<float>& probabilities) {
  std::vector<int> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0);
  const size_t count = std::min<size_t>(kAnswers, order.size());
  std::partial_sort(order.begin(), order.begin() + count, order.end(),
                    [&](int a, int b) { return probabilities[a] > probabilities[b]; });
  order.resize(count);
  return order;
}

/// What a quiet line says, and what it says where there is little room; nothing where there is none, unless always.
struct Words {
  std::string full, brief, briefest = {};
};
std::string fitting(const Words& words, float width, bool always = false) {
  for (const std::string& text : {words.full, words.brief, words.briefest})
    if (!text.empty() && text_width(text, theme().caption) <= width) return text;
  return always ? words.brief : std::string();
}

void caption_line(const Words& left, std::string_view right, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  // Room for the longest figure, so that the words do not change with the numbers.
  const float taken = std::max(text_width(right, theme().caption), text_width("0 … 0.000", theme().caption));
  const float room = width - (right.empty() ? 0 : taken + px(8));
  draw_text({at.x, at.y + px(1)}, fitting(left, room), theme().caption, colour::kQuiet);
  if (!right.empty()) draw_text_right({at.x + width, at.y + px(1)}, right, theme().caption, colour::kQuiet);
  ImGui::Dummy({width, px(kCaption)});
}

std::string range(const HeatScale& scale) { return fmt::format("0 … {:.2g}", scale.largest); }

void draw_title(const Scene& scene, int lane, View& view) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = scene.layout.width - 2 * px(kEdge), middle = at.y + px(kTitle) / 2;
  draw_swatch({at.x, middle}, scene.colour);
  const Probe& probe = scene.snapshot.probe;
  const bool known = probe.label >= 0, right = known && best_classes(scene.lane.probabilities).front() == probe.label;
  const float room = width - px(25) - text_width(scene.lane.title, theme().strong);
  const std::string verdict = !known ? "" : fitting(right ? Words{"✓ right", "✓"} : Words{"✗ wrong", "✗"}, room, true);
  draw_text_right({at.x + width, middle - theme().caption->FontSize / 2}, verdict, theme().caption,
                  right ? colour::kRight : colour::kWrong);
  draw_text({at.x + px(17), middle - theme().strong->FontSize / 2}, scene.lane.title, theme().strong, colour::kText,
            width - px(25) - text_width(verdict, theme().caption));
  if (ImGui::InvisibleButton("title", {width, px(kTitle)}))
    view.selection.lane = view.selection.lane == lane ? -1 : lane;
  tooltip({scene.lane.title + ". Click highlights it in the curves.", std::string(1, static_cast<char>('1' + lane))});
}

/// The class token has no patch: its weight is shown below the picture.
void draw_class_token(const Scene& scene, View& view) {
  const Geometry& geometry = scene.snapshot.geometry;
  if (geometry.prefix == 0) return;
  const int query = scene.selection.query;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float side = px(14), width = scene.layout.picture, top = at.y + (px(kToken) - side) / 2;
  const bool exists = selected_map(scene.lane, scene.selection).exists(query, 0);
  const float weight = scene.image.weights[static_cast<size_t>(query) * geometry.keys];
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 low = {at.x, top}, high = {at.x + side, top + side};
  list.AddRectFilled(low, high, exists ? ImU32(scene.image.row_scale(weight)) : colour::kAbsent);
  if (query == 0) list.AddRect(low, high, colour::kBlack, 0, 0, px(1.5f));
  if (ImGui::InvisibleButton("class token", {width, px(kToken)})) view.selection.query = query == 0 ? -1 : 0;
  const bool hovered = ImGui::IsItemHovered();
  if (hovered) view.lanes.next_hovered = {query, 0};
  const Words text = {exists ? fmt::format("class token {:.3f}", weight) : "class token: no pair",
                      exists ? fmt::format("class {:.3f}", weight) : "class: none"};
  draw_text({high.x + px(7), at.y + (px(kToken) - theme().caption->FontSize) / 2}, fitting(text, width - side - px(7)),
            theme().caption, query == 0 || hovered ? colour::kAccent : colour::kQuiet);
}

void draw_picture(const Scene& scene, View& view) {
  const Geometry& geometry = scene.snapshot.geometry;
  const int query = scene.selection.query, prefix = geometry.prefix, columns = geometry.columns;
  const float side = scene.layout.picture;
  const std::string target = scene.snapshot.target.empty() ? "" : ", and its target";
  caption_line({(query < prefix ? "Where the class token looks" : "Where the marked patch looks") + target,
                target.empty() ? "It looks at" : "Outlined: target"},
               range(scene.image.row_scale), side);
  const Cells cells("picture", scene.image.picture, {side, side}, geometry.rows, columns);
  cells.grid();
  const auto cell = [&](int token) { return Cell{(token - prefix) / columns, (token - prefix) % columns}; };
  const std::vector<uint8_t>& targets = scene.snapshot.target;
  if (!targets.empty())
    cells.surround([&](int row, int column) { return targets[prefix + row * columns + column] != 0; });
  if (query >= prefix) cells.outline(cell(query));
  if (view.lanes.hovered.query == query && view.lanes.hovered.key >= prefix) cells.light(cell(view.lanes.hovered.key));
  const auto token = [&](Cell at) { return prefix + at.row * columns + at.column; };
  if (cells.hovered()) view.lanes.next_hovered = {query, token(cells.hovered())};
  if (cells.clicked()) view.selection.query = token(cells.clicked());
  if (cells.hovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
    double_click_token(view.change, scene.number, token(cells.hovered()));
  draw_class_token(scene, view);
}

/// "2.3" or "1.2–3.4": what the heads that are looked at have learned; empty where that is nothing.
std::string learned_figures(const Scene& scene, const Strategy& strategy) {
  const size_t heads = scene.snapshot.experiment.model.heads, first = scene.selection.layer * heads;
  if (find_strategy(strategy.kind).figure.empty() || scene.lane.figures.size() < first + heads) return "";
  const auto all = scene.lane.figures.begin() + static_cast<std::ptrdiff_t>(first);
  const int head = scene.selection.head;
  const auto [least, most] =
      head < 0 ? std::minmax_element(all, all + static_cast<std::ptrdiff_t>(heads)) : std::pair(all + head, all + head);
  const std::string from = fmt::format("{:.2g}", *least), to = fmt::format("{:.2g}", *most);
  return from == to ? from : from + "–" + to;
}

/// "Every patch to its chosen blocks": from whom to whom there are weights where all heads are alike.
Words pair_words(const Spending& spending, bool grid) {
  const std::string_view sees = find_strategy(spending.strategy.kind).sees;
  const bool all = sees.empty() && spending.pattern.kind == "dense" && !spending.pattern.causal;
  const std::string from = grid ? "patch" : "token";
  if (all) return {fmt::format("Every {} to every {}", from, from), "All to all"};
  const std::string to(sees.empty() ? "those in sight" : sees);
  return {fmt::format("Every {} to {}", from, to), "To " + to, "To " + to.substr(to.rfind(' ') + 1)};
}

/// What the map shows; where heads differ, which of them it is of.
Words map_words(const Scene& scene) {
  const Selection& selection = scene.selection;
  const bool grid = scene.snapshot.geometry.is_grid();
  const Allocation& attention = scene.lane.lane;
  if (attention.exceptions.empty() && find_strategy(attention.strategy.kind).equivalent_weights)
    return {"The weights it would have", "Would be"};
  if (attention.exceptions.empty()) {
    const Words pairs = pair_words(attention, grid);
    const std::string figures = learned_figures(scene, attention.strategy);
    if (figures.empty()) return pairs;
    const StrategyKind& kind = find_strategy(attention.strategy.kind);
    const std::string learned = fmt::format("{} {}", kind.figure, figures);
    return {pairs.full + ", " + learned, learned, fmt::format("{} {}", kind.sign, figures)};
  }
  const int heads = scene.snapshot.experiment.model.heads;
  if (selection.head < 0 && head_groups(attention, selection.layer, heads).size() > 1)
    return {"Mean of heads that differ", "Heads differ"};
  const Spending& spending = spending_of(attention, selection.layer, std::max(selection.head, 0));
  const StrategyKind& kind = find_strategy(spending.strategy.kind);
  const std::string figures = learned_figures(scene, spending.strategy);
  const std::string what = title(spending, grid) +
                           (figures.empty() ? "" : fmt::format(", {} {}", kind.figure, figures)) +
                           (kind.equivalent_weights ? ", as it would be" : "");
  return {selection.head < 0 ? "All heads: " + what : fmt::format("Head {}: {}", selection.head + 1, what), what,
          figures.empty() ? "" : fmt::format("{} {}", kind.sign, figures)};
}

void draw_map(const Scene& scene, View& view) {
  const Geometry& geometry = scene.snapshot.geometry;
  const float side = scene.layout.picture;
  const Words dropped = {"Red: dropped in the last step", "Red: dropped"};
  caption_line(scene.lane.dropped.empty() ? map_words(scene) : dropped, range(scene.image.map_scale), side);
  const Cells cells("map", scene.image.map, {side, side}, geometry.queries, geometry.keys);
  cells.outline({scene.selection.query, 0}, 1, geometry.keys);
  const PairHover& hovered = view.lanes.hovered;
  if (hovered.query >= 0 && hovered.query < geometry.queries && hovered.key < geometry.keys)
    cells.light({hovered.query, hovered.key});
  if (cells.hovered()) view.lanes.next_hovered = {cells.hovered().row, cells.hovered().column};
  const Cell at = cells.hovered();
  if (at && ImGui::GetIO().KeyCtrl && ImGui::IsMouseClicked(ImGuiMouseButton_Left))
    begin_weight_drag(scene.snapshot, scene.selection, view.change, scene.number, at.row, at.column);
  else if (at && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
    double_click_token(view.change, scene.number, at.column);
  if (cells.clicked() && view.change.drag.lane < 0) view.selection.query = cells.clicked().row;
}

void draw_one_answer(const Scene& scene, int index, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float probability = scene.lane.probabilities[index], middle = at.y + px(kAnswer) / 2;
  ImFont* font = index == scene.snapshot.probe.label ? theme().heading : theme().caption;
  const float name = width * 0.38f, figure = text_width("0.00", theme().caption) + px(8);
  draw_text({at.x, middle - font->FontSize / 2}, scene.snapshot.data->classes[index], font, colour::kText,
            name - px(6));
  draw_bar({at.x + name, middle - px(5)}, {at.x + width - figure, middle + px(5)}, probability, scene.colour);
  draw_text_right({at.x + width, middle - theme().caption->FontSize / 2}, fmt::format("{:.2f}", probability),
                  theme().caption, colour::kText);
  ImGui::Dummy({width, px(kAnswer)});
}

void draw_answer(const Scene& scene, float width) {
  const Probe& probe = scene.snapshot.probe;
  const std::string truth = probe.label < 0 ? ""
                                            : fmt::format("truth: {} {:.2f}", scene.snapshot.data->classes[probe.label],
                                                          scene.lane.probabilities[probe.label]);
  caption_line({"Answer", "Answer"}, truth, width);
  for (const int index : best_classes(scene.lane.probabilities)) draw_one_answer(scene, index, width);
}

void draw_foot(const Scene& scene, float width) {
  const Cost& cost = scene.lane.cost;
  const double share =
      cost.dense_pairs > 0 ? 100.0 * static_cast<double>(cost.pairs) / static_cast<double>(cost.dense_pairs) : 0;
  const std::string ms = cost.step_ms > 0 ? fmt::format("{:.1f} ms", cost.step_ms) : "";
  ImGui::Dummy({1, px(4)});
  caption_line({ms.empty() ? ms : ms + " a step", ms}, fmt::format("{:.0f} % of pairs", share), width);
}

float height_without_pictures(bool beside) {
  const float pictures = beside ? kCaption + kToken : 2 * kCaption + kToken;
  return px(kTitle + pictures + kCaption + kAnswers * kAnswer + kFoot + kEdge);
}

}  // namespace

CardLayout lay_out_card(float width, float height) {
  const float inner = width - 2 * px(kEdge), gap = px(14);
  const float below = std::min(inner, (height - height_without_pictures(false)) / 2);
  const float beside = std::min((inner - gap) / 2, height - height_without_pictures(true));
  const bool side_by_side = beside > below;
  const float picture = std::floor(std::max(std::min(inner, px(kSmallest)), std::max(below, beside)));
  const float tall = height_without_pictures(side_by_side) + (side_by_side ? picture : 2 * picture);
  return {width, std::ceil(tall), picture, side_by_side};
}

void draw_lane_card(const Snapshot& snapshot, int lane, const Selection& selection, const CardLayout& layout,
                    View& view) {
  const Scene scene = {snapshot, snapshot.lanes[lane], view.lanes.images[lane], selection, layout, lane_colour(lane),
                       lane};
  const float inner = layout.width - 2 * px(kEdge);
  ImGui::PushID(lane);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {px(kEdge), 0});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImU32{0});  // the panel is white already
  ImGui::PushStyleColor(ImGuiCol_Border, selection.lane == lane ? scene.colour : colour::kLine);
  ImGui::BeginChild("card", {layout.width, layout.height}, true,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor(2);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {px(14), 0});
  draw_title(scene, lane, view);
  const float indent = layout.beside ? 0 : std::floor((inner - layout.picture) / 2);
  if (indent > 0) ImGui::Indent(indent);
  ImGui::BeginGroup();
  draw_picture(scene, view);
  ImGui::EndGroup();
  if (layout.beside) ImGui::SameLine();
  ImGui::BeginGroup();
  draw_map(scene, view);
  ImGui::EndGroup();
  if (indent > 0) ImGui::Unindent(indent);
  draw_answer(scene, inner);
  draw_foot(scene, inner);
  ImGui::PopStyleVar();
  ImGui::EndChild();
  ImGui::PopStyleVar();
  ImGui::PopID();
}

}  // namespace lab
