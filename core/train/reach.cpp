#include "core/train/reach.h"

#include <algorithm>

#include "core/data/tasks.h"

namespace lab {

namespace {

// What some tokens see in one layer, themselves included.
std::vector<bool> seen_by(const std::vector<bool>& tokens, const LayerMaps& maps, const Allocation& attention,
                          int layer) {
  std::vector<bool> seen = tokens;
  for (int head = 0; head < static_cast<int>(maps.heads.size()); ++head) {
    if (spending_of(attention, layer, head).strategy.kind == "identity") continue;
    for (int token = 0; token < static_cast<int>(tokens.size()); ++token)
      if (tokens[token])
        for (const KeyRun& run : maps.heads[head]->runs(token))
          std::fill(seen.begin() + run.begin, seen.begin() + run.end, true);
  }
  return seen;
}

}  // namespace

std::vector<bool> heard_by_the_first(const LearnerShape& shape, int tokens) {
  const std::vector<LayerMaps> maps =
      make_layer_maps(shape.attention, geometry_of(shape, {tokens, 0}), shape.model.layers, shape.model.heads);
  std::vector<bool> heard(tokens);
  heard[0] = true;
  for (int layer = shape.model.layers - 1; layer >= 0; --layer)
    heard = seen_by(heard, maps[layer], shape.attention, layer);
  return heard;
}

std::string reach_in_words(const LearnerShape& shape) {
  const Places places = find_task(shape.data.task).places;
  if (!places.known() || shape.data.kind != ModelKind::kTextClassifier) return "";
  const std::vector<bool> heard = heard_by_the_first(shape, places.last + 1);
  const auto far = std::find(heard.rbegin(), heard.rend(), true);
  const auto within = std::count(heard.begin() + places.first, heard.end(), true);
  const int all = places.last - places.first + 1, layers = shape.model.layers;
  const std::string where =
      fmt::format("After {} layer{} the first token hears of tokens up to {} places away, and {} stands {} to {} away",
                  layers, layers == 1 ? "" : "s", heard.rend() - far - 1, places.what, places.first, places.last);
  if (within == all) return where + ": it can be found.";
  if (within == 0)
    return where + ": it cannot be found, however long this lane trains; a wider window or more layers reach it.";
  return where + fmt::format(": it can be found in {} of {} places, and is guessed in the others.", within, all);
}

}  // namespace lab
