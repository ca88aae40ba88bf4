#include "app/panels/token_view.h"

#include <cmath>
#include <limits>

#include "app/widgets/button.h"
#include "app/widgets/labelled_map.h"
#include "app/widgets/text.h"
#include "app/widgets/token_arcs.h"

namespace lab {
namespace {

/// Where cross-attention is shown, a column for each token of the answer.
std::vector<int> path_of(const CardScene& scene, const View& view, const SeenTokens& tokens) {
  const bool cross = tokens.answers && view.lanes.text.looking == Looking::kCross;
  if (!cross || !view.tokens.path) return {};
  return largest_columns(scene.image.weights, static_cast<int>(tokens.looked_at.size()));
}

void draw_map(const CardScene& scene, const SeenTokens& tokens, ImVec2 room, const std::function<void(int)>& chosen,
              View& view) {
  const std::vector<int> path = path_of(scene, view, tokens);
  const std::vector<float> weights = seen_weights(scene.image);
  const PairHover& hovered = view.lanes.hovered;
  const LabelledMap map = {.rows = tokens.asking,
                           .columns = tokens.looked_at,
                           .texture = scene.image.map,
                           .weights = weights,
                           .path = path,
                           .selected = scene.image.query,
                           .lit = {hovered.query, hovered.key},
                           .tip = false};  // draw_pair_tip says it, of every lane
  const MapPick pick = labelled_map("map", map, view.tokens.map, room);
  if (pick.hovered) view.lanes.next_hovered = {pick.hovered.row, pick.hovered.column};
  if (pick.clicked) chosen(pick.clicked.row);
}

void draw_arcs(const CardScene& scene, const SeenTokens& tokens, ImVec2 room, const std::function<void(int)>& chosen,
               View& view) {
  const std::vector<float> weights = seen_weights(scene.image);
  const PairHover& hovered = view.lanes.hovered;
  const TokenArcs arcs = {.asking = tokens.asking,
                          .looked_at = tokens.looked_at,
                          .weights = weights,
                          .largest = scene.image.map_scale.largest,
                          .colour = scene.colour,
                          .selected = scene.image.query,
                          .lit_looked_at = hovered.key};
  const ArcPick pick = token_arcs("arcs", arcs, room);
  if (pick.looked_at >= 0) view.lanes.next_hovered = {scene.image.query, pick.looked_at};
  if (pick.clicked >= 0) chosen(pick.clicked);
}

/// The shape of the maps, of the first lane, and its token that looks.
struct Asking {
  MapShape shape;
  int query = 0;
};
Asking asking_of(const Snapshot& snapshot, const View& view) {
  if (snapshot.lanes.empty() || snapshot.tokens.empty()) return {};
  const LaneImage& image = view.lanes.images[0];
  return {{image.pairs->queries(), image.pairs->keys()}, image.query};
}

}  // namespace

SeenTokens seen_tokens(const Snapshot& snapshot, const LaneSnapshot& lane, Looking looking) {
  if (lane.cross.empty() || looking == Looking::kText) return {snapshot.tokens, snapshot.tokens};
  if (looking == Looking::kAnswer) return {lane.answer_tokens, lane.answer_tokens, true};
  return {lane.answer_tokens, snapshot.tokens, true};
}

std::vector<float> seen_weights(const LaneImage& image) {
  std::vector<float> weights(image.weights.size(), std::numeric_limits<float>::quiet_NaN());
  const TileMap& pairs = *image.pairs;
  for (int query = 0; query < pairs.queries(); ++query)
    for (const KeyRun& run : pairs.runs(query))
      for (int key = run.begin; key < run.end; ++key) {
        const size_t at = static_cast<size_t>(query) * pairs.keys() + key;
        weights[at] = image.weights[at];
      }
  return weights;
}

void draw_token_view(const CardScene& scene, ImVec2 room, const std::function<void(int)>& chosen, View& view) {
  const SeenTokens tokens = seen_tokens(scene.snapshot, scene.lane, view.lanes.text.looking);
  (view.tokens.arcs ? draw_arcs : draw_map)(scene, tokens, room, chosen, view);
}

}  // namespace lab
