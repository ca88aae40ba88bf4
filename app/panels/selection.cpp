#include "app/panels/selection.h"

#include <fmt/format.h>

#include <algorithm>

namespace lab {

namespace {

/// The patch in the middle; the token from which a classifier or a writer answers; else the token in the middle.
int resting_query(const Snapshot& snapshot) {
  const Geometry& geometry = snapshot.geometry;
  if (geometry.is_grid()) return geometry.prefix + geometry.rows / 2 * geometry.columns + geometry.columns / 2;
  const ModelKind kind = snapshot.data ? snapshot.data->kind : ModelKind::kPictureClassifier;
  if (kind == ModelKind::kTextClassifier) return 0;
  return kind == ModelKind::kWriter ? geometry.queries - 1 : geometry.queries / 2;
}

}  // namespace

Selection resolve(const Selection& selection, const Snapshot& snapshot) {
  const ModelSettings& model = snapshot.experiment.model;
  const Geometry& geometry = snapshot.geometry;
  Selection shown = selection;
  if (shown.layer < 0 || shown.layer >= model.layers) shown.layer = model.layers - 1;
  if (shown.head >= model.heads) shown.head = -1;
  if (shown.query < 0 || shown.query >= geometry.queries) shown.query = resting_query(snapshot);
  if (shown.lane >= static_cast<int>(snapshot.lanes.size())) shown.lane = -1;
  return shown;
}

std::string token_name(const Geometry& geometry, int token) {
  if (!geometry.is_grid()) return fmt::format("token {}", token + 1);
  if (token < geometry.prefix) return "the class token";
  const int patch = token - geometry.prefix;
  return fmt::format("row {}, column {}", patch / geometry.columns + 1, patch % geometry.columns + 1);
}

std::string visible_token(const std::string& label) {
  std::string shown;
  for (const char c : label) shown += c == ' ' ? "·" : c == '\n' ? "¶" : std::string(1, c);
  return shown;
}

std::string quoted_token(const std::string& label) {
  return label == "‹class›" ? "the class token" : label.starts_with("‹") ? label : "“" + visible_token(label) + "”";
}

std::string token_name(const Snapshot& snapshot, int token) {
  const bool known = token >= 0 && token < static_cast<int>(snapshot.tokens.size());
  return known ? quoted_token(snapshot.tokens[token]) : token_name(snapshot.geometry, token);
}

std::string head_name(int head, int heads) {
  return head < 0 ? fmt::format("mean of {} heads", heads) : fmt::format("head {} of {}", head + 1, heads);
}

const TileMap& selected_map(const LaneSnapshot& lane, const Selection& selection) {
  return selected_map(lane.maps, selection);
}

const TileMap& selected_map(const std::vector<LayerMaps>& maps, const Selection& selection) {
  return maps[selection.layer].of(selection.head);
}

namespace {

/// Of [L, H, queries, keys] the numbers of the layer and head looked at, or the mean over heads.
template <class Number>
std::vector<float> of_selected(const std::vector<Number>& all, const std::vector<LayerMaps>& maps,
                               const Selection& selection) {
  const LayerMaps& shown = maps[selection.layer];
  const size_t pairs = static_cast<size_t>(shown.any->dense_pairs()), heads = shown.heads.size();
  const Number* layer = all.data() + static_cast<size_t>(selection.layer) * heads * pairs;
  if (selection.head >= 0) return {layer + selection.head * pairs, layer + (selection.head + 1) * pairs};
  std::vector<float> mean(pairs, 0.0f);
  for (size_t head = 0; head < heads; ++head)
    for (size_t i = 0; i < pairs; ++i) mean[i] += static_cast<float>(layer[head * pairs + i]);
  for (float& number : mean) number /= static_cast<float>(heads);
  return mean;
}

}  // namespace

std::vector<float> selected_weights(const std::vector<float>& all, const std::vector<LayerMaps>& maps,
                                    const Selection& selection) {
  return of_selected(all, maps, selection);
}

std::vector<float> selected_weights(const LaneSnapshot& lane, const Selection& selection) {
  return of_selected(lane.attention, lane.maps, selection);
}

std::vector<float> selected_dropped(const LaneSnapshot& lane, const Selection& selection) {
  if (lane.dropped.empty()) return {};
  return of_selected(lane.dropped, lane.maps, selection);
}

}  // namespace lab
