// Tile maps against a pattern's definition, pair by pair, over every kind, geometry and setting.

#include "core/attention/tile_map.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

// Where a token is: its number on a sequence, its row and column on a grid.
struct Place {
  int row, column;
};
Place place(const Geometry& g, int token) {
  const int columns = g.is_grid() ? g.columns : 1;
  return {(token - g.prefix) / columns, (token - g.prefix) % columns};
}

bool same_block(int a, int b, int block, int cut) { return (a + cut) / block == (b + cut) / block; }

// The definitions, as pattern.h words them, without the global tokens.
bool defined(const Pattern& p, const Geometry& g, int layer, int i, int j) {
  const Place a = place(g, i), b = place(g, j);
  const int rows = std::abs(a.row - b.row), columns = std::abs(a.column - b.column), apart = std::abs(i - j);
  if (p.kind == "local") return rows <= p.window && columns <= p.window;
  if (p.kind == "dilated")
    return rows % p.dilation == 0 && columns % p.dilation == 0 && rows / p.dilation <= p.window &&
           columns / p.dilation <= p.window;
  if (p.kind == "block") return same_block(a.row, b.row, p.block, 0) && same_block(a.column, b.column, p.block, 0);
  if (p.kind == "shifted") {
    const int first = layer % 2 == 1 && p.block > 1 ? p.block / 2 : p.block;  // how long the first block is
    return same_block(a.row, b.row, p.block, p.block - first) &&
           same_block(a.column, b.column, p.block, p.block - first);
  }
  if (p.kind == "strided") return apart < p.stride || apart % p.stride == 0;
  if (p.kind == "painted") return p.mask.exists(i, j);
  return p.kind == "dense";
}

bool exists(const Pattern& p, const Geometry& g, int layer, int i, int j) {
  if (p.causal && j > i) return false;
  const int global = std::max(p.global_tokens, p.kind == "painted" ? 0 : g.prefix);
  return i < global || j < global || defined(p, g, layer, i, j);
}

// A mask without any order, the same for the same number of tokens.
PairMask spotted(int tokens) {
  PairMask mask(tokens);
  Rng rng(static_cast<uint64_t>(tokens), stream::kTests);
  for (int i = 0; i < tokens; ++i)
    for (int j = 0; j < tokens; ++j) mask.set(i, j, rng.below(3) == 0);
  return mask;
}

// Every kind but bigbird, whose random keys no formula gives, with all its settings on a geometry.
std::vector<Pattern> all_patterns(const Geometry& geometry) {
  std::vector<Pattern> all;
  for (bool causal : {false, true})
    for (int global : {0, 1, 3, 100}) {
      if (causal && geometry.is_grid()) continue;
      const Pattern base{.global_tokens = global, .causal = causal};
      const auto add = [&](const char* kind, auto... settings) {
        all.push_back(base);
        all.back().kind = kind;
        ((all.back().*settings.first = settings.second), ...);
      };
      add("dense");
      for (int n : {0, 1, 2, 7, 40, 1000}) {
        add("local", std::pair(&Pattern::window, n));
        add("block", std::pair(&Pattern::block, n + 1));
        add("shifted", std::pair(&Pattern::block, n + 1));
        add("strided", std::pair(&Pattern::stride, n + 1));
        for (int dilation : {1, 2, 3, 1 << 20})
          add("dilated", std::pair(&Pattern::window, n), std::pair(&Pattern::dilation, dilation));
      }
      if (geometry.queries == geometry.keys) add("painted", std::pair(&Pattern::mask, spotted(geometry.keys)));
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

void expect_pairs_as_defined(const TileMap& map, int layer) {
  int64_t pairs = 0;
  for (int i = 0; i < map.queries(); ++i)
    for (int j = 0; j < map.keys(); ++j) {
      const bool expected = exists(map.pattern(), map.geometry(), layer, i, j);
      pairs += expected;
      ASSERT_EQ(map.exists(i, j), expected) << i << ", " << j;
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
      existing += map.exists(i, j);
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
    for (const Pattern& pattern : all_patterns(geometry))
      for (int layer : {0, 1, 2}) {
        if (layer > 0 && !find_pattern(pattern.kind).differs_by_layer) continue;
        SCOPED_TRACE(fmt::format("{} on {} × {} (grid {} × {} + {}), layer {}", text(pattern), geometry.queries,
                                 geometry.keys, geometry.rows, geometry.columns, geometry.prefix, layer));
        const TileMap map(pattern, geometry, layer, GetParam());
        expect_pairs_as_defined(map, layer);
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

// Of BigBird's random keys the definition fixes the number, not which.
int random_keys(const TileMap& map, int i) {
  Pattern without = map.pattern();
  without.kind = "local";
  int random = 0;
  for (int j = 0; j < map.keys(); ++j) {
    const bool local = exists(without, map.geometry(), 0, i, j);
    EXPECT_TRUE(map.exists(i, j) || !local) << i << ", " << j;
    random += map.exists(i, j) && !local;
  }
  return random;
}

// How many keys of query i a causal or other pattern could add at random.
int keys_to_draw_from(const TileMap& map, int i) {
  Pattern without = map.pattern();
  without.kind = "local";
  int missing = 0;
  for (int j = 0; j < (map.pattern().causal ? std::min(i + 1, map.keys()) : map.keys()); ++j)
    missing += !exists(without, map.geometry(), 0, i, j);
  return missing;
}

TEST(BigBird, EveryQueryHasItsNeighboursAndAsManyRandomKeys) {
  for (const Geometry& geometry : all_geometries())
    for (const char* settings :
         {"window=0,random=0", "window=1,random=3", "window=2,random=64", "window=1,random=2,global=2",
          "window=0,random=1,causal", "window=3,random=5,global=1,causal"}) {
      const Pattern pattern = parse_pattern(std::string("bigbird:") + settings);
      if (geometry.is_grid() && pattern.causal) continue;
      SCOPED_TRACE(fmt::format("{} on {} × {}", text(pattern), geometry.queries, geometry.keys));
      const TileMap map(pattern, geometry);
      expect_sorted_runs(map);
      expect_tiles_cover(map);
      for (int i = 0; i < map.queries(); ++i)
        ASSERT_EQ(random_keys(map, i), std::min(pattern.random, keys_to_draw_from(map, i))) << "query " << i;
    }
}

TEST(BigBird, TheSeedDecidesTheKeysAndNothingElse) {
  const Geometry geometry = Geometry::sequence(200);
  const auto runs = [&](int seed, int layer) {
    std::vector<KeyRun> all;
    const Pattern pattern = parse_pattern(fmt::format("bigbird:random=3,seed={}", seed));
    for (int i = 0; i < geometry.queries; ++i) append_runs(pattern, geometry, layer, i, all);
    return all;
  };
  EXPECT_EQ(runs(1, 0), runs(1, 0));
  EXPECT_EQ(runs(1, 0), runs(1, 3));
  EXPECT_NE(runs(1, 0), runs(2, 0));
}

TEST(BigBird, RandomKeysComeFromEverywhere) {
  const TileMap map(parse_pattern("bigbird:window=0,random=8"), Geometry::sequence(64));
  std::vector<int> seen(64);
  for (int i = 0; i < 64; ++i)
    for (int j = 0; j < 64; ++j) seen[j] += j != i && map.exists(i, j);
  for (int j = 0; j < 64; ++j) EXPECT_NEAR(seen[j], 8, 8) << "key " << j;  // 64 queries × 8 keys ÷ 64
  EXPECT_GT(*std::min_element(seen.begin(), seen.end()), 0);
}

TEST(TileMapOf, APaintedMaskOfOtherTokensIsRefusedWithOneSentence) {
  Pattern painted = parse_pattern("painted");
  const auto refusal = [&] { return message_of<Error>([&] { TileMap(painted, Geometry::grid(7, 7, 1)); }); };
  EXPECT_NE(refusal().find("no pairs yet"), std::string::npos);
  painted.mask = PairMask(17, true);
  EXPECT_NE(refusal().find("painted for 17 tokens, but there are 50"), std::string::npos);
  painted.mask = PairMask(50);
  EXPECT_EQ(refusal(), "");
  EXPECT_THROW(TileMap(painted, Geometry::sequence(50, 49)), Error);
}

TEST(TileMapOf, NonsenseIsRefused) {
  const Geometry line = Geometry::sequence(4);
  EXPECT_THROW(TileMap({"local", -1}, line), Error);
  EXPECT_THROW(TileMap({"block", 0, 0}, line), Error);
  EXPECT_THROW(TileMap({"block", 0, -3}, line), Error);
  EXPECT_THROW(TileMap({"dense", 0, 0, -1}, line), Error);
  EXPECT_THROW(TileMap({"spiral"}, line), Error);
  EXPECT_THROW(TileMap({"dense"}, line, 0, 0), Error);
  EXPECT_THROW(TileMap({"dense"}, Geometry::sequence(0)), Error);
  EXPECT_THROW(TileMap({"dense"}, Geometry::sequence(4, 0)), Error);
  EXPECT_THROW(TileMap({"dense", 0, 0, 0, true}, Geometry::grid(2, 2, 0)), Error);
  EXPECT_THROW(TileMap({"dense"}, Geometry{5, 5, 2, 2, 0}), Error);
}

}  // namespace
}  // namespace lab
