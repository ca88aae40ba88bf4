#pragma once
// TileMap: which pairs exist, in the two grains the kernels walk: for each query the runs of
// keys, and for each tile of queries the tiles of keys that exist, each full or partial (as in
// PyTorch FlexAttention's BlockMask). Kernels walk only what is listed: cost follows the pattern.
// Immutable once made; share it freely between threads.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/attention/pattern.h"

namespace lab {

struct KeyTile {
  int index = 0;      // keys index·tile … index·tile + tile − 1
  bool full = false;  // every pair of the tile exists
};

class TileMap {
 public:
  static constexpr int kTile = 32;

  /// `layer` counts from 0; most patterns are the same in all. Throws Error where `validate(pattern, geometry)` does.
  TileMap(const Pattern& pattern, const Geometry& geometry, int layer = 0, int tile = kTile);

  /// The pairs that exist in any of some maps of one geometry; pattern() is the first one's.
  static std::shared_ptr<const TileMap> any_of(std::span<const std::shared_ptr<const TileMap>> maps);
  /// Every pair, one by one. Throws Error above PairMask::kMostTokens, or where queries and keys are not as many.
  PairMask mask() const;

  int queries() const { return geometry_.queries; }
  int keys() const { return geometry_.keys; }
  int tile() const { return tile_; }
  int query_tiles() const { return (queries() + tile_ - 1) / tile_; }
  const Pattern& pattern() const { return pattern_; }
  const Geometry& geometry() const { return geometry_; }
  int layer() const { return layer_; }

  std::span<const KeyRun> runs(int query) const;
  std::span<const KeyTile> tiles(int query_tile) const;
  bool exists(int query, int key) const;

  /// Pairs that exist; pairs of the dense pattern of the same size; pairs inside listed tiles.
  int64_t pairs() const { return pairs_; }
  int64_t dense_pairs() const { return int64_t{queries()} * keys(); }
  int64_t tile_pairs() const { return tile_pairs_; }
  /// The memory its lists take; and, before one is made, the most that they may take.
  int64_t bytes() const;
  static int64_t most_bytes(const Pattern& pattern, const Geometry& geometry, int tile = kTile);

 private:
  template <class AppendRuns>
  TileMap(const Pattern& pattern, const Geometry& geometry, int layer, int tile, const AppendRuns& append);
  void list_tiles();

  Pattern pattern_;
  Geometry geometry_;
  int layer_ = 0, tile_;
  int64_t pairs_ = 0, tile_pairs_ = 0;
  std::vector<KeyRun> runs_;
  std::vector<int> run_offsets_;  // [queries + 1]
  std::vector<KeyTile> tiles_;
  std::vector<int> tile_offsets_;  // [query_tiles + 1]
};

using TileMapPtr = std::shared_ptr<const TileMap>;

}  // namespace lab
