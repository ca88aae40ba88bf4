#include "app/panels/selection.h"

#include <fmt/format.h>

#include <algorithm>

namespace lab {

Selection resolve(const Selection& selection, const Snapshot& snapshot) {
  const ModelSettings& model = snapshot.experiment.model;
  const Geometry& geometry = snapshot.geometry;
  Selection shown = selection;
  if (shown.layer < 0 || shown.layer >= model.layers) shown.layer = model.layers - 1;
  if (shown.head >= model.heads) shown.head = -1;
  if (shown.query < 0 || shown.query >= geometry.queries)
    shown.query = geometry.is_grid() ? geometry.prefix + geometry.rows / 2 * geometry.columns + geometry.columns / 2
                                     : geometry.queries / 2;
  if (shown.lane >= static_cast<int>(snapshot.lanes.size())) shown.lane = -1;
  return shown;
}

std::string token_name(const Geometry& geometry, int token) {
  if (!geometry.is_grid()) return fmt::format("token {}", token + 1);
  if (token < geometry.prefix) return "the class token";
  const int patch = token - geometry.prefix;
  return fmt::format("row {}, column {}", patch / geometry.columns + 1, patch % geometry.columns + 1);
}

std::string head_name(int head, int heads) {
  return head < 0 ? fmt::format("mean of {} heads", heads) : fmt::format("head {} of {}", head + 1, heads);
}

const TileMap& selected_map(const LaneSnapshot& lane, const Selection& selection) {
  return lane.maps[selection.layer].of(selection.head);
}

namespace {

/// Of [L, H, N, N] the [N, N] of the layer and head looked at, or the mean over heads.
template <class Number>
std::vector<float> of_selected(const std::vector<Number>& all, const LaneSnapshot& lane, const ModelSettings& model,
                               const Selection& selection) {
  const size_t pairs = static_cast<size_t>(selected_map(lane, selection).dense_pairs());
  const Number* layer = all.data() + static_cast<size_t>(selection.layer) * model.heads * pairs;
  if (selection.head >= 0) return {layer + selection.head * pairs, layer + (selection.head + 1) * pairs};
  std::vector<float> mean(pairs, 0.0f);
  for (int head = 0; head < model.heads; ++head)
    for (size_t i = 0; i < pairs; ++i) mean[i] += static_cast<float>(layer[head * pairs + i]);
  for (float& number : mean) number /= static_cast<float>(model.heads);
  return mean;
}

}  // namespace

std::vector<float> selected_weights(const LaneSnapshot& lane, const ModelSettings& model, const Selection& selection) {
  return of_selected(lane.attention, lane, model, selection);
}

std::vector<float> selected_dropped(const LaneSnapshot& lane, const ModelSettings& model, const Selection& selection) {
  if (lane.dropped.empty()) return {};
  return of_selected(lane.dropped, lane, model, selection);
}

}  // namespace lab
