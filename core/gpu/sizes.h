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

// A product's workgroup makes kProductTile × kProductTile numbers, kPerThread × kPerThread a thread.
constexpr int kProductTile = 64, kProductDepth = 16, kPerThread = 4;
inline Defines product_sizes() {
  return {{"THREADS", kThreads}, {"TILE", kProductTile}, {"DEPTH", kProductDepth}, {"PER_THREAD", kPerThread}};
}
// Sums over more terms than this are split between workgroups, and added up by a second dispatch.
constexpr int kDepthPerPart = 256;

// Attention tile by tile: tiles as the map has them, heads up to so wide.
constexpr int kTile = TileMap::kTile, kWidestTiled = 64, kTileRowThreads = kThreads / kTile;

// A dispatch does at most so many multiply-adds, about: a few milliseconds even of a small GPU, so that a window
// that shares it keeps drawing. The same bound in groups is what OpenGL promises to take.
constexpr int64_t kMostWork = int64_t{1} << 31;
constexpr int64_t kMostGroups = 65535;

}  // namespace lab::gl
