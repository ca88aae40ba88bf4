// Tile maps against a pattern's definition, pair by pair, over every kind, geometry and setting.

#include "core/attention/tile_map.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"

namespace lab {
namespace {

// The definition, as pattern.h words it.
bool defined(const Pattern& p, const Geometry& g, int i, int j) {
  if (p.causal && j > i) return false;
  const int global = std::max(p.global_tokens, g.prefix);
  if (i < global || j < global || p.kind == "dense") return true;
  const int columns = g.is_grid() ? g.columns : 1;
  const int row = (i - g.prefix) / columns, column = (i - g.prefix) % columns;
  const int other_row = (j - g.prefix) / columns, other_column = (j - g.prefix) % columns;
  if (p.kind == "local") return std::abs(row - other_row) <= p.window && std::abs(column - other_column) <= p.window;
  return row / p.block == other_row / p.block && column / p.block == other_column / p.block;
}

std::vector<Pattern> all_patterns() {
  std::vector<Pattern> all;
  for (bool causal : {false, true})
    for (int global : {0, 1, 3, 100}) {
      all.push_back({"dense", 0, 0, global, causal});
      for (int setting : {0, 1, 2, 7, 40, 1000}) {
        all.push_back({"local", setting, 0, global, causal});
        all.push_back({"block", 0, setting + 1, global, causal});
      }
    }
  return all;
}

std::vector<Geometry> all_geometries() {
  std::vector<Geometry> all;
  for (int tokens : {1, 2, 7, 31, 32, 33, 65}) all.push_back(Geometry::sequence(tokens));
  all.push_back(Geometry::sequence(7, 40));
  all.push_back(Geometry::sequence(40, 7));
  for (int prefix : {0, 1, 2}) {
    all.push_back(Geometry::grid(1, 1, prefix));
    all.push_back(Geometry::grid(7, 7, prefix));
    all.push_back(Geometry::grid(3, 11, prefix));
    all.push_back(Geometry::grid(11, 3, prefix));
  }
  return all;
}

void expect_pairs_as_defined(const TileMap& map) {
  int64_t pairs = 0;
  for (int i = 0; i < map.queries(); ++i)
    for (int j = 0; j < map.keys(); ++j) {
      const bool exists = defined(map.pattern(), map.geometry(), i, j);
      pairs += exists;
      ASSERT_EQ(map.exists(i, j), exists) << i << ", " << j;
    }
  EXPECT_EQ(map.pairs(), pairs);
  EXPECT_EQ(map.dense_pairs(), int64_t{map.queries()} * map.keys());
}

void expect_sorted_runs(const TileMap& map) {
  for (int i = 0; i < map.queries(); ++i) {
    int end = -1;
    for (const KeyRun& run : map.runs(i)) {
      ASSERT_GT(run.begin, end) << "runs of query " << i << " touch, overlap or are out of order";
      ASSERT_GT(run.end, run.begin);
      end = run.end;
    }
    ASSERT_LE(end, map.keys());
  }
}

// Pairs of a tile that exist, and all its pairs.
std::pair<int64_t, int64_t> count_tile(const TileMap& map, int query_tile, int key_tile) {
  int64_t existing = 0, size = 0;
  for (int i = query_tile * map.tile(); i < std::min((query_tile + 1) * map.tile(), map.queries()); ++i)
    for (int j = key_tile * map.tile(); j < std::min((key_tile + 1) * map.tile(), map.keys()); ++j, ++size)
      existing += defined(map.pattern(), map.geometry(), i, j);
  return {existing, size};
}

void expect_tiles_cover(const TileMap& map) {
  ASSERT_EQ(map.query_tiles(), (map.queries() + map.tile() - 1) / map.tile());
  int64_t listed = 0;
  for (int t = 0; t < map.query_tiles(); ++t) {
    auto tile = map.tiles(t).begin();
    for (int k = 0; k * map.tile() < map.keys(); ++k) {
      const auto [existing, size] = count_tile(map, t, k);
      const bool is_listed = tile != map.tiles(t).end() && tile->index == k;
      ASSERT_EQ(is_listed, existing > 0) << "tile " << t << ", " << k;
      if (!is_listed) continue;
      ASSERT_EQ(tile->full, existing == size) << "tile " << t << ", " << k;
      listed += size;
      ++tile;
    }
    ASSERT_EQ(tile, map.tiles(t).end());
  }
  EXPECT_EQ(map.tile_pairs(), listed);
}

class TileMaps : public testing::TestWithParam<int> {};  // tile

TEST_P(TileMaps, HoldWhatThePatternDefines) {
  int maps = 0;
  for (const Geometry& geometry : all_geometries())
    for (const Pattern& pattern : all_patterns()) {
      if (geometry.is_grid() && pattern.causal) continue;
      SCOPED_TRACE(fmt::format("{} on {} × {} (grid {} × {} + {})", text(pattern), geometry.queries, geometry.keys,
                               geometry.rows, geometry.columns, geometry.prefix));
      const TileMap map(pattern, geometry, GetParam());
      expect_pairs_as_defined(map);
      expect_sorted_runs(map);
      expect_tiles_cover(map);
      ++maps;
    }
  EXPECT_GT(maps, 1000);
}

INSTANTIATE_TEST_SUITE_P(Sizes, TileMaps, testing::Values(1, 5, TileMap::kTile));

TEST(TileMapOf, ALongSequenceGrowsWithThePatternNotWithItsSquare) {
  const TileMap map({"local", 32}, Geometry::sequence(4096));
  EXPECT_LT(map.tile_pairs(), map.dense_pairs() / 25);
  EXPECT_EQ(map.pairs(), 4096 * 65 - 32 * 33);
}

TEST(TileMapOf, NonsenseIsRefused) {
  const Geometry line = Geometry::sequence(4);
  EXPECT_THROW(TileMap({"local", -1}, line), Error);
  EXPECT_THROW(TileMap({"block", 0, 0}, line), Error);
  EXPECT_THROW(TileMap({"block", 0, -3}, line), Error);
  EXPECT_THROW(TileMap({"dense", 0, 0, -1}, line), Error);
  EXPECT_THROW(TileMap({"spiral"}, line), Error);
  EXPECT_THROW(TileMap({"dense"}, line, 0), Error);
  EXPECT_THROW(TileMap({"dense"}, Geometry::sequence(0)), Error);
  EXPECT_THROW(TileMap({"dense"}, Geometry::sequence(4, 0)), Error);
  EXPECT_THROW(TileMap({"dense", 0, 0, 0, true}, Geometry::grid(2, 2, 0)), Error);
  EXPECT_THROW(TileMap({"dense"}, Geometry{5, 5, 2, 2, 0}), Error);
}

}  // namespace
}  // namespace lab
