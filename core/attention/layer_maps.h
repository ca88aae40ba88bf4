#pragma once
// LayerMaps: which pairs exist in one layer of a model, head by head. Immutable once made.

#include <vector>

#include "core/attention/spending.h"
#include "core/attention/tile_map.h"

namespace lab {

struct LayerMaps {
  std::vector<TileMapPtr> heads;  // [H]; heads that are alike share one
  TileMapPtr any;                 // the pairs that exist in any head

  /// Of a head counted from 0, or of all heads together (−1).
  const TileMap& of(int head) const { return head < 0 ? *any : *heads[head]; }
  bool heads_differ() const { return any != heads.front(); }
};

/// [L] layers. Throws Error where validate(pattern, geometry) does.
std::vector<LayerMaps> make_layer_maps(const Allocation& allocation, const Geometry& geometry, int layers, int heads);

}  // namespace lab
