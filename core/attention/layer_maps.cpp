#include "core/attention/layer_maps.h"

#include <algorithm>

namespace lab {

namespace {

LayerMaps maps_of_layer(const Allocation& allocation, const Geometry& geometry, int layer, int heads) {
  LayerMaps maps;
  for (const HeadGroup& group : head_groups(allocation, layer, heads)) {
    const auto same = [&](const TileMapPtr& map) { return map->pattern() == group.spending.pattern; };
    const auto found = std::find_if(maps.heads.begin(), maps.heads.end(), same);
    const TileMapPtr map =
        found != maps.heads.end() ? *found : std::make_shared<TileMap>(group.spending.pattern, geometry, layer);
    maps.heads.insert(maps.heads.end(), group.count, map);
  }
  const bool alike = std::all_of(maps.heads.begin(), maps.heads.end(),
                                 [&](const TileMapPtr& map) { return map == maps.heads.front(); });
  maps.any = alike ? maps.heads.front() : TileMap::any_of(maps.heads);
  return maps;
}

}  // namespace

std::vector<LayerMaps> make_layer_maps(const Allocation& allocation, const Geometry& geometry, int layers, int heads) {
  std::vector<LayerMaps> maps;
  for (int layer = 0; layer < layers; ++layer) maps.push_back(maps_of_layer(allocation, geometry, layer, heads));
  return maps;
}

}  // namespace lab
