#pragma once
// Pair canvas: which pairs of a pattern exist, as two pictures: every query's keys, and over the patches what one
// query sees. A painted pattern is painted here: drag to add pairs; with shift or the right button, to remove them.

#include <optional>
#include <span>

#include "app/widgets/cells.h"
#include "app/widgets/textures.h"
#include "core/attention/tile_map.h"

namespace lab {

struct PairCanvasState {
  TileMapPtr map;  // what is shown, and its picture; made again when the pattern changes
  ImTextureID picture = {};
  int layer = 0;          // of `map`, counted from 0
  int brush = 1;          // pairs a side
  Cell stroke;            // where the stroke has come to; none while no button is held
  PairMask seen, undone;  // the painting of the last frame, and what undo brings back; no tokens: nothing
};

/// Draws the pattern in the geometry. Returns the mask as the viewer changed it, if so. `starts` are patterns that a
/// painting can start from.
std::optional<PairMask> draw_pair_canvas(const Pattern& pattern, const Geometry& geometry,
                                         std::span<const Pattern> starts, PairCanvasState& state,
                                         TextureStore& textures);

/// Every pair that the pattern has there, as a mask to paint on; empty where there are too many tokens for that.
PairMask painting_of(const Pattern& pattern, const Geometry& geometry);

}  // namespace lab
