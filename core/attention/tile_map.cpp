#include "core/attention/tile_map.h"

#include <algorithm>

#include "core/base/error.h"

namespace lab {

TileMap::TileMap(const Pattern& pattern, const Geometry& geometry, int layer, int tile)
    : pattern_(pattern), geometry_(geometry), tile_(tile) {
  if (tile < 1) throw Error("A tile of {} tokens is too small; it must be at least 1.", tile);
  validate(pattern, geometry);
  run_offsets_.push_back(0);
  for (int i = 0; i < queries(); ++i) {
    append_runs(pattern, geometry, layer, i, runs_);
    run_offsets_.push_back(static_cast<int>(runs_.size()));
    for (const KeyRun& run : runs(i)) pairs_ += run.end - run.begin;
  }
  list_tiles();
}

// A tile is full when each of its queries has all of its keys; it exists when any pair does.
void TileMap::list_tiles() {
  const int key_tiles = (keys() + tile_ - 1) / tile_;
  std::vector<int64_t> count(key_tiles);
  tile_offsets_.push_back(0);
  for (int t = 0; t < query_tiles(); ++t) {
    const int begin = t * tile_, end = std::min(begin + tile_, queries());
    std::fill(count.begin(), count.end(), 0);
    for (int i = begin; i < end; ++i)
      for (const KeyRun& run : runs(i))
        for (int k = run.begin / tile_; k * tile_ < run.end; ++k)
          count[k] += std::min(run.end, (k + 1) * tile_) - std::max(run.begin, k * tile_);
    for (int k = 0; k < key_tiles; ++k) {
      if (count[k] == 0) continue;
      const int64_t size = int64_t{end - begin} * (std::min((k + 1) * tile_, keys()) - k * tile_);
      tiles_.push_back({k, count[k] == size});
      tile_pairs_ += size;
    }
    tile_offsets_.push_back(static_cast<int>(tiles_.size()));
  }
}

std::span<const KeyRun> TileMap::runs(int query) const {
  return {runs_.data() + run_offsets_[query], runs_.data() + run_offsets_[query + 1]};
}

std::span<const KeyTile> TileMap::tiles(int query_tile) const {
  return {tiles_.data() + tile_offsets_[query_tile], tiles_.data() + tile_offsets_[query_tile + 1]};
}

bool TileMap::exists(int query, int key) const {
  for (const KeyRun& run : runs(query))
    if (key < run.end) return key >= run.begin;
  return false;
}

}  // namespace lab
