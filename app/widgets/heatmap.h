#pragma once
// Attention as pixels: a map of every query to every key, and a picture with the weights of one
// query laid over its patches. Pure functions; a TextureStore shows what they return.

#include <cstdint>
#include <span>
#include <vector>

#include "app/widgets/colour_map.h"
#include "core/attention/tile_map.h"

namespace lab {

/// The scale of a picture: 0 is the darkest colour, `largest` the brightest.
struct HeatScale {
  ColourMap map = ColourMap::kViridis;
  float largest = 1;
  bool beyond = false;  // some weights are larger, and as bright as the largest
  Rgba operator()(float weight) const { return heat(map, largest > 0 ? weight / largest : weight); }
};

/// weights [N, N] → pixels [N, N]; pairs that do not exist are the colour of paper.
std::vector<Rgba> map_pixels(std::span<const float> weights, const TileMap& map, const HeatScale& scale);

/// differences [N, N] of two maps → pixels [N, N], `largest` in the strongest colours; pairs that exist in neither are
/// the colour of paper.
std::vector<Rgba> difference_pixels(std::span<const float> differences, const TileMap& map, const TileMap& reference,
                                    float largest);

/// Pairs that were dropped, towards red; `shares` of the heads, [N, N] or empty.
void mark_dropped(std::span<Rgba> pixels, std::span<const float> shares);

/// picture [height, width] with the weights of `query` over its patches → pixels [height, width].
/// weights [N, N]; patches the query has no pair with are washed out.
std::vector<Rgba> overlay_pixels(std::span<const uint8_t> picture, int height, int width,
                                 std::span<const float> weights, const TileMap& map, int query, const HeatScale& scale);

/// picture [height, width] with a number for each patch of the grid laid over it → pixels [height, width]. What is
/// below 0 is as dark as 0; patches that are `removed` are black.
std::vector<Rgba> patch_pixels(std::span<const uint8_t> picture, int height, int width, std::span<const float> numbers,
                               const Geometry& grid, const HeatScale& scale, const std::vector<bool>& removed);

/// The largest weight of one row of [N, N], and of all of it.
float largest_of_row(std::span<const float> weights, int tokens, int query);
float largest_of(std::span<const float> weights);

/// weights [N, M] → pixels [N, M], all pairs; NaN is the colour of paper.
std::vector<Rgba> weight_pixels(std::span<const float> weights, const HeatScale& scale);

/// The scale of a map in which a few weights outshine all others (the first rows of a causal one): up to the weight
/// that 99 % of the pairs do not exceed, where the largest is more than twice as large.
HeatScale scale_of(std::span<const float> weights, const TileMap& pairs, ColourMap colours);

/// The column of the largest weight in each row of [N, columns]: where each token of an answer looks first; −1:
/// nowhere.
std::vector<int> largest_columns(std::span<const float> weights, int columns);

}  // namespace lab
