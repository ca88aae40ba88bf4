#include "app/panels/texts/token_view.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "app/panels/lanes/change_it.h"
#include "app/panels/lanes/compare.h"
#include "app/panels/texts/attentions.h"
#include "app/widgets/button.h"
#include "app/widgets/labelled_map.h"
#include "app/widgets/text.h"
#include "app/widgets/token_arcs.h"

namespace lab {
namespace {

constexpr float kNarrowest = 170, kGap = 14, kSpare = 4;  // logical pixels
constexpr float kLarge = 0.64f;                           // of the width: the attention that is looked at

/// One attention of a lane, and who looks in it.
struct Shown {
  Looking looking;
  SeenTokens tokens;
  std::vector<float> weights;  // NaN: no such pair
  ImTextureID texture;
  HeatScale scale;
  int query;  // −1: in another attention
  const ComparedMap* compared = nullptr;
};

/// A pair without weight is none.
std::vector<float> without_absent(std::vector<float> weights, const TileMap& pairs) {
  std::vector<float> shown(weights.size(), std::numeric_limits<float>::quiet_NaN());
  for (int query = 0; query < pairs.queries(); ++query)
    for (const KeyRun& run : pairs.runs(query))
      for (int key = run.begin; key < run.end; ++key) {
        const size_t at = static_cast<size_t>(query) * pairs.keys() + key;
        shown[at] = weights[at];
      }
  return shown;
}

Looking looking_of(const LaneSnapshot& lane, const View& view) { return looking_in(lane, view.lanes.text); }

/// The one that is looked at, of which there is a texture.
Shown shown_now(const CardScene& scene, const View& view) {
  const Looking looking = looking_of(scene.lane, view);
  return {looking,
          seen_tokens(scene.snapshot, scene.lane, looking),
          without_absent(scene.image.weights, *scene.image.pairs),
          scene.image.map,
          scene.image.map_scale,
          scene.image.query,
          comparison_of(view.lanes, scene.number)};
}

Shown shown_beside(const CardScene& scene, Looking looking) {
  const LaneAttention seen = attention_of(scene.lane, looking);
  const std::vector<float> weights = selected_weights(seen.weights, seen.maps, scene.selection);
  const LayerMaps& layer = seen.maps[scene.selection.layer];
  const TileMap& pairs = scene.selection.head < 0 ? *layer.any : *layer.heads[scene.selection.head];
  return {looking, seen_tokens(scene.snapshot, scene.lane, looking),    without_absent(weights, pairs),
          {},      scale_of(weights, pairs, scene.image.map_scale.map), -1};
}

void choose(View& view, Looking looking, int query) {
  view.lanes.text.looking = looking;
  choose_query(looking, query, view.selection, view.lanes.text);
}

/// Choosing among the attentions of a model that has one alone leaves a translator's choice as it is.
void choose(const CardScene& scene, View& view, const Shown& shown, int query) {
  if (scene.lane.cross.empty())
    view.selection.query = query;
  else
    choose(view, shown.looking, query);
}

void draw_map(const CardScene& scene, const Shown& shown, ImVec2 room, View& view) {
  const bool now = shown.query >= 0;
  const bool path = shown.looking == Looking::kCross && view.lanes.tokens.path && !shown.compared;
  const PairHover& hovered = view.lanes.hovered;
  const std::vector<int> largest =
      path ? largest_columns(shown.weights, static_cast<int>(shown.tokens.looked_at.size())) : std::vector<int>{};
  const LabelledMap map = {.rows = shown.tokens.asking,
                           .columns = shown.tokens.looked_at,
                           .texture = shown.compared ? shown.compared->difference_map : shown.texture,
                           .weights = shown.weights,
                           .scale = shown.scale,
                           .path = largest,
                           .selected = shown.query,
                           .lit = now ? Cell{hovered.query, hovered.key} : Cell{},
                           .tip = !now};  // the tip of the other is of all lanes
  const MapPick pick = labelled_map("map", map, view.lanes.tokens.maps[static_cast<size_t>(shown.looking)], room);
  if (now && pick.hovered) view.lanes.next_hovered = {pick.hovered.row, pick.hovered.column};
  if (pick.clicked && view.change.drag.lane < 0) choose(scene, view, shown, pick.clicked.row);
  if (now && ImGui::GetIO().KeyCtrl) change_by_mouse(scene, pick.hovered, view);  // a double click alone shows all
}

void draw_lines(const CardScene& scene, const Shown& shown, ImVec2 room, View& view) {
  const bool now = shown.query >= 0;
  const TokenArcs arcs = {.asking = shown.tokens.asking,
                          .looked_at = shown.tokens.looked_at,
                          .weights = shown.weights,
                          .largest = shown.scale.largest,
                          .colour = scene.colour,
                          .selected = shown.query,
                          .lit_looked_at = now ? view.lanes.hovered.key : -1};
  const ArcPick pick = token_arcs("lines", arcs, room);
  if (now && pick.looked_at >= 0) view.lanes.next_hovered = {shown.query, pick.looked_at};
  if (pick.clicked >= 0) choose(scene, view, shown, pick.clicked);
}

/// Under its caption, in the middle of the room.
void draw_shown(const CardScene& scene, const Shown& shown, const CardWords& words, ImVec2 room, View& view) {
  ImGui::PushID(static_cast<int>(shown.looking));
  ImGui::BeginGroup();
  if (shown.compared)
    draw_signs(*shown.compared, room.x, true);
  else
    caption_line(words, heat_range(shown.scale), room.x);
  const ImVec2 at = ImGui::GetCursorPos();
  (view.lanes.tokens.lines && !shown.compared ? draw_lines : draw_map)(scene, shown, room, view);
  ImGui::SetCursorPos(at);
  ImGui::Dummy(room);
  ImGui::EndGroup();
  ImGui::PopID();
}

struct AttentionName {
  Looking looking;
  const char *full, *brief;
};
constexpr AttentionName kThree[] = {{Looking::kTokens, "The text to itself", "Text"},
                                    {Looking::kAnswer, "The answer to itself", "Answer"},
                                    {Looking::kCross, "The answer (rows) to the text", "Answer to text"}};

void draw_all(const CardScene& scene, ImVec2 room, View& view) {
  const Looking now = looking_of(scene.lane, view);
  const float large = width_of_large(room.x), small = room.x - large - px(kGap);
  const AttentionName& name = *std::ranges::find(kThree, now, &AttentionName::looking);
  draw_shown(scene, shown_now(scene, view), {name.full, name.brief}, {large, room.y}, view);
  ImGui::SameLine(0, px(kGap));
  ImGui::BeginGroup();
  for (const AttentionName& other : kThree)
    if (other.looking != now)
      draw_shown(scene, shown_beside(scene, other.looking), {other.full, other.brief},
                 {small, std::floor((room.y - px(card::kCaption)) / 2)}, view);
  ImGui::EndGroup();
}

}  // namespace

SeenTokens seen_tokens(const Snapshot& snapshot, const LaneSnapshot& lane, Looking looking) {
  if (lane.cross.empty() || looking == Looking::kTokens) return {snapshot.tokens, snapshot.tokens};
  if (looking == Looking::kAnswer) return {lane.answer_tokens, lane.answer_tokens};
  return {lane.answer_tokens, snapshot.tokens};
}

bool shows_all_attentions(const LaneSnapshot& lane, float width) {
  return !lane.cross.empty() && width - px(kGap) - width_of_large(width) >= px(kNarrowest);
}

float width_of_large(float width) { return std::floor((width - px(kGap)) * kLarge); }

void draw_token_view(const CardScene& scene, const CardWords& words, ImVec2 room, View& view) {
  if (shows_all_attentions(scene.lane, room.x))
    draw_all(scene, room, view);
  else
    draw_shown(scene, shown_now(scene, view), words, room, view);
}

namespace {

struct Choice {
  const char* name;
  const char* sentence;
  const char* key;
  bool (*on)(const TokenViewState&);
  void (*click)(TokenViewState&);
  bool translators = false;  // theirs alone
};
constexpr Choice kChoices[] = {
    {"map", "Every token that looks is a row. The wheel enlarges, a drag moves, a double click shows all.", "Ctrl+V",
     [](const TokenViewState& state) { return !state.lines; }, [](TokenViewState& state) { state.lines = false; }},
    {"lines", "From each token that looks, at the left, to what it looks at: the stronger the line, the more.",
     "Ctrl+V", [](const TokenViewState& state) { return state.lines; },
     [](TokenViewState& state) { state.lines = true; }},
    {"path", "Joins, in the map from answer to text, what each token of the answer looks at most.", "Ctrl+X",
     [](const TokenViewState& state) { return state.path; }, [](TokenViewState& state) { state.path = !state.path; },
     true},
};

bool offered(const Choice& choice, const Snapshot& snapshot) {
  return !choice.translators || (!snapshot.lanes.empty() && !snapshot.lanes.front().cross.empty());
}

}  // namespace

void draw_token_choices(const Snapshot& snapshot, View& view) {
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + (ImGui::GetFrameHeight() - px(22)) / 2);
  for (const Choice& choice : kChoices) {
    if (!offered(choice, snapshot)) continue;
    if (&choice != kChoices) ImGui::SameLine(0, px(kSpare));
    if (chip(choice.name, choice.on(view.lanes.tokens), {choice.sentence, choice.key})) choice.click(view.lanes.tokens);
  }
}

float token_choices_width(const Snapshot& snapshot) {
  float width = 0;
  for (const Choice& choice : kChoices)
    if (offered(choice, snapshot)) width += text_width(choice.name, theme().caption) + px(14 + kSpare);
  return width;
}

namespace {

/// The map that is looked at, of the first lane, and its token that looks.
template <class Change>
void change_map(const Snapshot& snapshot, View& view, const Change& change) {
  if (snapshot.lanes.empty() || snapshot.tokens.empty()) return;
  const LaneImage& image = view.lanes.images[0];
  MapView& map = view.lanes.tokens.maps[static_cast<size_t>(looking_of(snapshot.lanes.front(), view))];
  change(map, MapShape{image.pairs->queries(), image.pairs->keys()}, image.query);
}

}  // namespace

void zoom_maps(const Snapshot& snapshot, View& view, float factor) {
  change_map(snapshot, view, [&](MapView& map, const MapShape& shape, int query) {
    if (factor <= 0) return void(map = {});
    const float row = static_cast<float>(query) + 0.5f;
    const bool self = shape.rows == shape.columns;
    map = zoomed(map, shape, factor, row, self ? row : map.column + static_cast<float>(shape.columns) / (2 * map.zoom));
  });
}

void follow_query(const Snapshot& snapshot, View& view) {
  change_map(snapshot, view, [&](MapView& map, const MapShape& shape, int query) {
    if (query != std::exchange(view.lanes.tokens.followed, query))
      map = revealed(map, shape, query, static_cast<int>(map.column));
  });
}

}  // namespace lab
