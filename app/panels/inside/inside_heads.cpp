#include <fmt/format.h>

#include <algorithm>

#include "app/panels/inside/inside_views.h"
#include "app/panels/lanes/head_figures.h"
#include "app/widgets/button.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kGap = 20, kBetween = 12, kUnder = 38, kRowName = 54, kTop = 24;  // logical pixels
constexpr float kSmallest = 44, kLargest = 260, kLegend = 44, kOpenSmallest = 380, kOpenShare = 0.42f;

/// Whether the snapshot's attention is of the model that it names.
bool fits(const InsideScene& scene) {
  const auto& [maps, weights] = attention_of(scene.lane(), scene.attending());
  return static_cast<int>(maps.size()) == scene.layers() &&
         weights.size() == scene.number(scene.layers(), 0) * maps[0].any->dense_pairs() &&
         (!scene.inside.heads || scene.inside.heads->heads.size() == scene.number(scene.layers(), 0));
}

HeadStatistics statistics(const InsideScene& scene, const TileMap& map, std::span<const float> weights) {
  const auto of = [&](auto tally) {
    tally.add(weights, map, map.keys());
    return tally.mean();
  };
  return scene.attending() == Attending::kCross ? of(CrossTally()) : of(HeadTally());
}

void paint(const InsideScene& scene) {
  HeadsState& state = scene.view.inside.heads;
  const Selection& open = scene.selection;
  const HeatStyle& style = scene.view.lanes.style;
  const HeadsState::Painted now = {scene.snapshot.serial, scene.inside.place.lane, open.layer,    open.head,
                                   scene.query(),         scene.attending(),       style.colours, style.shared};
  if (now == state.painted && !state.maps.empty()) return;
  state.painted = now;
  state.maps.clear();
  const float largest = largest_of(attention_of(scene.lane(), scene.attending()).weights);
  for (int layer = 0; layer < scene.layers(); ++layer)
    for (int head = 0; head < scene.heads(); ++head) {
      const TileMap& map = scene.map_of(layer, head);
      const std::span<const float> weights = scene.weights_of(layer, head);
      const HeatScale scale = {style.colours, style.shared ? largest : largest_of(weights)};
      state.maps.push_back(scene.textures.upload(fmt::format("inside head {} {}", layer, head), map.keys(),
                                                 map.queries(), map_pixels(weights, map, scale)));
    }
  const TileMap& map = scene.map_of(open.layer, open.head);
  const std::span<const float> weights = scene.weights_of(open.layer, open.head);
  state.here = statistics(scene, map, weights);
  const Probe& probe = scene.snapshot.probe;
  if (probe.pixels.empty()) return;
  const HeatScale row = {style.colours, largest_of_row(weights, map.keys(), open.query)};
  state.picture =
      scene.textures.upload("inside picture", probe.width, probe.height,
                            overlay_pixels(probe.pixels, probe.height, probe.width, weights, map, open.query, row));
}

void head_tip(const InsideScene& scene, int layer, int head) {
  if (!ImGui::IsItemHovered()) return;
  const HeadStatistics& s = scene.inside.heads->heads[scene.number(layer, head)];
  ImGui::BeginTooltip();
  styled_text(head_title(layer, head), theme().strong, colour::kText);
  for (const HeadFigure& figure : head_figures())
    if (figure.applies(scene.snapshot.geometry, scene.attending())) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      draw_text(at, figure.name, theme().caption, colour::kQuiet);
      draw_text_right({at.x + px(230), at.y}, figure.of(s), theme().caption, colour::kText);
      ImGui::Dummy({px(230), px(17)});
    }
  if (const HeadHabit* habit = habit_of(s)) {
    ImGui::PushTextWrapPos(px(240));
    caption(habit_words(*habit, s));
    ImGui::PopTextWrapPos();
  }
  ImGui::EndTooltip();
}

/// Its map, and under it, as wide as `width`, how spread out it is and what it does.
void draw_head(const InsideScene& scene, int layer, int head, float side, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 size = map_size(scene.map_of(layer, head), side);
  list.AddImage(scene.view.inside.heads.maps[scene.number(layer, head)], at, {at.x + size.x, at.y + size.y});
  ImGui::PushID(static_cast<int>(scene.number(layer, head)));
  if (ImGui::InvisibleButton("head", {width, size.y + px(kUnder)}))
    scene.view.selection.layer = layer, scene.view.selection.head = head;
  ImGui::PopID();
  const bool open = layer == scene.selection.layer && head == scene.selection.head;
  const float line = px(open ? 3 : 1);
  list.AddRect({at.x - line, at.y - line}, {at.x + size.x + line, at.y + size.y + line},
               open                     ? colour::kAccent
               : ImGui::IsItemHovered() ? colour::kHoverLine
                                        : colour::kLine,
               0, 0, line);
  if (!scene.inside.heads) return;
  const HeadStatistics& s = scene.inside.heads->heads[scene.number(layer, head)];
  const std::string spread = fmt::format("{:.0f} %", 100 * s.entropy_share);
  const std::string nats = fmt::format("{:.2f} nats", s.entropy);
  const float below = at.y + size.y + px(5);
  draw_text({at.x, below}, nats, theme().caption, colour::kText, width);
  if (text_width(nats + spread, theme().caption) + px(8) < width)
    draw_text_right({at.x + width, below}, spread, theme().caption, colour::kQuiet);
  if (const HeadHabit* habit = habit_of(s))
    draw_text({at.x, below + px(16)}, habit->label, theme().heading, colour::kText, width + px(kBetween - 2));
  head_tip(scene, layer, head);
}

/// The longer side of a map: all are as large as lets them find room.
float side_of_maps(const InsideScene& scene, ImVec2 room) {
  const auto heads = static_cast<float>(scene.heads()), layers = static_cast<float>(scene.layers());
  const ImVec2 shape = map_size(scene.map_of(0, 0), 1000);
  const float across = ((room.x - px(kRowName)) / heads - px(kBetween)) * 1000 / shape.x;
  const float down = ((room.y - px(kTop)) / layers - px(kUnder + kBetween)) * 1000 / shape.y;
  return std::floor(std::clamp(std::min(across, down), px(kSmallest), px(kLargest)));
}

void draw_legend(const InsideScene& scene, float width) {
  const bool pictures = scene.snapshot.data->test.has_pictures();
  std::string words = fmt::format(
      "Maps: on the {} looked at; a row for each query, a column for each key, bright up to {} largest "
      "weight. Under them, over many {}: entropy, also as a share of the most possible.",
      pictures ? "picture" : "text", scene.view.lanes.style.shared ? "the lane's" : "its own",
      pictures ? "pictures" : "texts");
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, px(1)});
  for (const std::string& line : wrapped(words, theme().caption, width)) caption(line);
  ImGui::PopStyleVar();
}

void draw_grid(const InsideScene& scene, ImVec2 room) {
  const float side = side_of_maps(scene, {room.x, room.y - px(kLegend)});
  const ImVec2 size = map_size(scene.map_of(0, 0), side);
  const float step = std::max(size.x, px(kSmallest)) + px(kBetween), tall = size.y + px(kUnder + kBetween);
  ImGui::BeginGroup();
  ImGui::BeginChild("heads", {room.x, room.y - px(kLegend)}, false,
                    ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_HorizontalScrollbar);
  const ImVec2 from = ImGui::GetCursorScreenPos();
  for (int head = 0; head < scene.heads(); ++head)
    draw_text({from.x + px(kRowName) + step * static_cast<float>(head), from.y}, fmt::format("head {}", head + 1),
              theme().caption, colour::kQuiet, step - px(kBetween));
  for (int layer = 0; layer < scene.layers(); ++layer) {
    const float y = from.y + px(kTop) + tall * static_cast<float>(layer);
    draw_text({from.x, y + size.y / 2 - px(8)}, fmt::format("layer {}", layer + 1), theme().caption, colour::kQuiet);
    for (int head = 0; head < scene.heads(); ++head) {
      ImGui::SetCursorScreenPos({from.x + px(kRowName) + step * static_cast<float>(head), y});
      draw_head(scene, layer, head, side, step - px(kBetween));
    }
  }
  ImGui::EndChild();
  draw_legend(scene, room.x);
  ImGui::EndGroup();
}

}  // namespace

ImVec2 map_size(const TileMap& map, float side) {
  const auto longest = static_cast<float>(std::max(map.queries(), map.keys()));
  return {std::round(side * static_cast<float>(map.keys()) / longest),
          std::round(side * static_cast<float>(map.queries()) / longest)};
}

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
