#pragma once
// Key segments: the pairs of a tile map in an order that is kind to caches: by blocks of keys small enough to stay in
// the first-level cache while every query passes.

#include <algorithm>
#include <vector>

#include "core/attention/tile_map.h"
#include "core/base/simd.h"

namespace lab {

/// Query `query` and keys begin … end−1; their pairs lie one after the other from `pair`, in the order of
/// the query's runs.
struct Segment {
  int query, begin, end;
  int64_t pair;
};

/// All segments of a map, block of keys by block of keys.
inline std::vector<Segment> list_segments(const TileMap& map, int keys_per_block) {
  std::vector<Segment> segments;
  for (int block = 0; block < map.keys(); block += keys_per_block) {
    int64_t pair = 0;
    for (int i = 0; i < map.queries(); ++i)
      for (const KeyRun& run : map.runs(i)) {
        const int begin = std::max(run.begin, block), end = std::min(run.end, block + keys_per_block);
        if (begin < end) segments.push_back({i, begin, end, pair + begin - run.begin});
        pair += run.end - run.begin;
      }
  }
  return segments;
}

/// So many that a block of rows this wide stays in the first-level cache.
inline int keys_per_block(int head_width) {
  constexpr int kBlockBytes = 16 << 10;
  return std::max(4, kBlockBytes / (head_width * kLanes * static_cast<int>(sizeof(float))));
}

}  // namespace lab
