#pragma once
// The sizes of workgroups and tiles, for the shaders (which get them as #defines) and for those who start them.
// Within what every OpenGL 4.3 offers with some room: 256 threads, 32 KiB of shared memory, 8 storage buffers.

#include <cstdint>
#include <string>
#include <vector>

#include "core/attention/tile_map.h"

namespace lab::gl {

struct Define {
  std::string name;
  int value;
};
using Defines = std::vector<Define>;

constexpr int kThreads = 256;  // of a workgroup that works on numbers one by one

// Rows (softmax, layer norm, cross-entropy) are shared by so many threads; a long row has a workgroup to itself.
constexpr int kRowThreads = 16, kRowGroup = 64, kLongRow = 512;
inline Defines row_sizes(bool long_rows = false) {
  return {{"THREADS", long_rows ? kThreads : kRowGroup}, {"THREADS_PER_ROW", long_rows ? kThreads : kRowThreads}};
}
constexpr int kRowsPerGroup = kRowGroup / kRowThreads;

// A product's workgroup makes tile × tile numbers, per_thread × per_thread a thread, from shared memory that holds
// `depth` terms. Large tiles read least; small products, of few large tiles, would leave most of a GPU idle.
struct ProductTile {
  int tile, depth, per_thread;
  Defines defines() const {
    const int side = tile / per_thread;
    return {{"THREADS", side * side}, {"TILE", tile}, {"DEPTH", depth}, {"PER_THREAD", per_thread}};
  }
};
constexpr ProductTile kLargeTile{64, 16, 4}, kSmallTile{16, 16, 2};
constexpr int64_t kFewLargeTiles = 32;
// Sums over more terms than this are split between workgroups, and added up by a second dispatch.
constexpr int kDepthPerPart = 256;

// Attention tile by tile: tiles as the map has them, heads up to so wide.
constexpr int kTile = TileMap::kTile, kWidestTiled = 64;
inline Defines tile_sizes() {
  return {{"THREADS", kThreads}, {"TILE", kTile}, {"WIDEST", kWidestTiled}, {"ROW_THREADS", kThreads / kTile}};
}

// A dispatch does at most so many multiply-adds, about: a few milliseconds even of a small GPU, so that a window
// that shares it keeps drawing. The same bound in groups is what OpenGL promises to take.
constexpr int64_t kMostWork = int64_t{1} << 31;
constexpr int64_t kMostGroups = 65535;

}  // namespace lab::gl
