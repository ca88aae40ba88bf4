#include "app/panels/lanes/card_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "app/panels/inside/inside.h"
#include "app/panels/lanes/change_it.h"
#include "app/panels/texts/attentions.h"
#include "app/widgets/button.h"
#include "app/widgets/cells.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {

using namespace card;

namespace {

/// "2.3" or "1.2–3.4": what the heads that are looked at have learned; empty where that is nothing.
std::string learned_figures(const CardScene& scene, const Strategy& strategy) {
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
CardWords pair_words(const Spending& spending, bool grid, bool writes) {
  const std::string_view sees = find_strategy(spending.strategy.kind).sees;
  const bool causal = writes || spending.pattern.causal;
  const bool all = sees.empty() && spending.pattern.kind == "dense" && !causal;
  const std::string from = grid ? "patch" : "token";
  if (all) return {fmt::format("Every {} to every {}", from, from), "All to all"};
  if (sees.empty()) return {fmt::format("Every {} to those in sight", from), "To those in sight", "In sight"};
  const std::string to(sees);
  return {fmt::format("Every {} to {}", from, to), "To " + to, "To " + to.substr(to.rfind(' ') + 1)};
}

}  // namespace

std::string fitting(const CardWords& words, float width, bool always) {
  for (const std::string& text : {words.full, words.brief, words.briefest})
    if (!text.empty() && text_width(text, theme().caption) <= width) return text;
  return always ? words.brief : std::string();
}

void caption_line(const CardWords& left, std::string_view right, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  // Room for the longest figure, so that the words do not change with the numbers.
  const float taken = std::max(text_width(right, theme().caption), text_width("0 … 0.000", theme().caption));
  const float room = width - (right.empty() ? 0 : taken + px(8));
  draw_text({at.x, at.y + px(1)}, fitting(left, room), theme().caption, colour::kQuiet);
  if (!right.empty()) draw_text_right({at.x + width, at.y + px(1)}, right, theme().caption, colour::kQuiet);
  ImGui::Dummy({width, px(kCaption)});
}

std::string heat_range(const HeatScale& scale) {
  return fmt::format("0 … {:.2g}{}", scale.largest, scale.beyond ? " +" : "");
}

std::vector<int> best_of(std::span<const float> probabilities, int count) {
  std::vector<int> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0);
  const size_t most = std::min<size_t>(count, order.size());
  std::partial_sort(order.begin(), order.begin() + most, order.end(),
                    [&](int a, int b) { return probabilities[a] > probabilities[b]; });
  order.resize(most);
  return order;
}

void draw_card(int lane, bool highlighted, ImVec2 size, ImU32 colour, const std::function<void()>& draw) {
  ImGui::PushID(lane);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {px(kEdge), 0});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImU32{0});  // the panel is white already
  ImGui::PushStyleColor(ImGuiCol_Border, highlighted ? colour : colour::kLine);
  ImGui::BeginChild("card", size, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor(2);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {px(14), 0});
  draw();
  ImGui::PopStyleVar();
  ImGui::EndChild();
  ImGui::PopStyleVar();
  ImGui::PopID();
}

void draw_card_title(const CardScene& scene, int lane, Verdict verdict, View& view) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = scene.width, middle = at.y + px(kTitle) / 2;
  draw_swatch({at.x, middle}, scene.colour);
  const bool right = verdict == Verdict::kRight;
  const float room = width - px(25) - text_width(scene.lane.title, theme().strong);
  const std::string said = verdict == Verdict::kNone
                               ? ""
                               : fitting(right ? CardWords{"✓ right", "✓"} : CardWords{"✗ wrong", "✗"}, room, true);
  draw_text_right({at.x + width, middle - theme().caption->FontSize / 2}, said, theme().caption,
                  right ? colour::kRight : colour::kWrong);
  draw_text({at.x + px(17), middle - theme().strong->FontSize / 2}, scene.lane.title, theme().strong, colour::kText,
            width - px(25) - text_width(said, theme().caption));
  if (ImGui::InvisibleButton("title", {width, px(kTitle)}))
    view.selection.lane = view.selection.lane == lane ? -1 : lane;
  tooltip({scene.lane.title + ". Click highlights it in the curves.", std::string(1, static_cast<char>('1' + lane))});
}

void draw_card_map(const CardScene& scene, const CardWords& words, const std::function<void(int query)>& chosen,
                   View& view) {
  const int queries = scene.image.pairs->queries(), keys = scene.image.pairs->keys();
  const float side = scene.picture, longest = static_cast<float>(std::max(queries, keys));
  caption_line(words, heat_range(scene.image.map_scale), side);
  const ImVec2 size = {std::round(side * static_cast<float>(keys) / longest),
                       std::round(side * static_cast<float>(queries) / longest)};
  const Cells cells("map", scene.image.map, size, queries, keys);
  cells.outline({scene.image.query, 0}, 1, keys);
  const PairHover& hovered = view.lanes.hovered;
  if (hovered.query >= 0 && hovered.query < queries && hovered.key < keys) cells.light({hovered.query, hovered.key});
  if (cells.hovered()) view.lanes.next_hovered = {cells.hovered().row, cells.hovered().column};
  change_by_mouse(scene, cells.hovered(), view);
  if (!cells.clicked() || view.change.drag.lane >= 0) return;
  chosen(cells.clicked().row);
  if (ImGui::GetIO().KeyShift) open_inside(view, InsideView::kHeads);
}

void change_by_mouse(const CardScene& scene, Cell at, View& view) {
  const Looking looking = looking_in(scene.lane, view.lanes.text);
  if (at && ImGui::GetIO().KeyCtrl && ImGui::IsMouseClicked(ImGuiMouseButton_Left))
    begin_weight_drag(scene.snapshot, scene.selection, view.change, scene.number, looking, at.row, at.column);
  else if (at && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
    double_click_token(view.change, scene.number, looking, at.column);
}

CardWords map_words(const CardScene& scene) {
  const Selection& selection = scene.selection;
  const bool grid = scene.snapshot.geometry.is_grid();
  const Allocation& attention = scene.lane.lane;
  if (attention.exceptions.empty() && find_strategy(attention.strategy.kind).equivalent_weights)
    return {"The weights it would have", "Would be"};
  if (attention.exceptions.empty()) {
    const CardWords pairs = pair_words(attention, grid, scene.snapshot.data->kind == ModelKind::kWriter);
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

void draw_probability(std::string_view said, bool bold, float probability, ImU32 colour, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float middle = at.y + px(kAnswer) / 2;
  ImFont* font = bold ? theme().heading : theme().caption;
  const float name = width * 0.38f, figure = text_width("0.00", theme().caption) + px(8);
  draw_text({at.x, middle - font->FontSize / 2}, said, font, colour::kText, name - px(6));
  draw_bar({at.x + name, middle - px(5)}, {at.x + width - figure, middle + px(5)}, probability, colour);
  draw_text_right({at.x + width, middle - theme().caption->FontSize / 2}, fmt::format("{:.2f}", probability),
                  theme().caption, colour::kText);
  ImGui::Dummy({width, px(kAnswer)});
}

Verdict class_verdict(const CardScene& scene) {
  const int label = scene.snapshot.probe.label;
  if (label < 0) return Verdict::kNone;
  return best_of(scene.lane.probabilities, 1).front() == label ? Verdict::kRight : Verdict::kWrong;
}

void draw_class_answer(const CardScene& scene, int classes) {
  const Probe& probe = scene.snapshot.probe;
  const std::vector<std::string>& names = scene.snapshot.data->classes;
  const std::vector<float>& probabilities = scene.lane.probabilities;
  const std::string truth =
      probe.label < 0 ? "" : fmt::format("truth: {} {:.2f}", names[probe.label], probabilities[probe.label]);
  caption_line({"Answer", "Answer"}, truth, scene.width);
  for (const int index : best_of(probabilities, classes))
    draw_probability(names[index], index == probe.label, probabilities[index], scene.colour, scene.width);
}

void draw_card_foot(const CardScene& scene) {
  const Cost& cost = scene.lane.cost;
  const double share =
      cost.dense_pairs > 0 ? 100.0 * static_cast<double>(cost.pairs) / static_cast<double>(cost.dense_pairs) : 0;
  const std::string ms = cost.step_ms > 0 ? fmt::format("{:.1f} ms", cost.step_ms) : "";
  ImGui::Dummy({1, px(4)});
  caption_line({ms.empty() ? ms : ms + " a step", ms}, fmt::format("{:.0f} % of pairs", share), scene.width);
}

}  // namespace lab
