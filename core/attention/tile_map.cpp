#include "core/attention/tile_map.h"

#include <algorithm>

#include "core/base/error.h"

namespace lab {

namespace {

const Pattern& checked(const Pattern& pattern, const Geometry& geometry) {
  validate(pattern, geometry);
  return pattern;
}

}  // namespace

// append(i) appends the runs of query i.
template <class AppendRuns>
TileMap::TileMap(const Pattern& pattern, const Geometry& geometry, int layer, int tile, const AppendRuns& append)
    : pattern_(pattern), geometry_(geometry), layer_(layer), tile_(tile) {
  if (tile < 1) throw Error("A tile of {} tokens is too small; it must be at least 1.", tile);
  run_offsets_.push_back(0);
  for (int i = 0; i < queries(); ++i) {
    append(i, runs_);
    run_offsets_.push_back(static_cast<int>(runs_.size()));
    for (const KeyRun& run : runs(i)) pairs_ += run.end - run.begin;
  }
  list_tiles();
}

TileMap::TileMap(const Pattern& pattern, const Geometry& geometry, int layer, int tile)
    : TileMap(checked(pattern, geometry), geometry, layer, tile,
              [&](int i, std::vector<KeyRun>& runs) { append_runs(pattern, geometry, layer, i, runs); }) {}

TileMapPtr TileMap::any_of(std::span<const TileMapPtr> maps) {
  const TileMap& first = *maps.front();
  const auto append = [&](int i, std::vector<KeyRun>& runs) {
    const size_t begin = runs.size();
    for (const TileMapPtr& map : maps) runs.insert(runs.end(), map->runs(i).begin(), map->runs(i).end());
    join_runs(runs, begin);
  };
  return TileMapPtr(new TileMap(first.pattern_, first.geometry_, first.layer_, first.tile_, append));
}

PairMask TileMap::mask() const {
  if (queries() != keys()) throw Error("Pairs of {} queries and {} keys cannot be painted.", queries(), keys());
  PairMask mask(queries());
  for (int i = 0; i < queries(); ++i)
    for (const KeyRun& run : runs(i))
      for (int key = run.begin; key < run.end; ++key) mask.set(i, key, true);
  return mask;
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

int64_t TileMap::bytes() const {
  return static_cast<int64_t>(runs_.size() * sizeof(KeyRun) + tiles_.size() * sizeof(KeyTile) +
                              (run_offsets_.size() + tile_offsets_.size()) * sizeof(int));
}

int64_t TileMap::most_bytes(const Pattern& pattern, const Geometry& geometry, int tile) {
  validate(pattern, geometry);
  const int64_t query_tiles = (geometry.queries + tile - 1) / tile, key_tiles = (geometry.keys + tile - 1) / tile;
  int64_t bytes = query_tiles * key_tiles * static_cast<int64_t>(sizeof(KeyTile)) +
                  (geometry.queries + query_tiles + 2) * static_cast<int64_t>(sizeof(int));
  std::vector<KeyRun> runs;
  for (int i = 0; i < geometry.queries; ++i) {
    runs.clear();
    append_runs(pattern, geometry, 0, i, runs);
    bytes += static_cast<int64_t>(runs.size() * sizeof(KeyRun));
  }
  return bytes;
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
