#include "app/widgets/heatmap.h"

#include <algorithm>
#include <cmath>

namespace lab {
namespace {

constexpr Rgba kAbsentPaper = 0xFFE8EDEDu;  // colour::kAbsent
constexpr float kOverlayShare = 0.62f;      // how much of a patch's colour is its weight
constexpr float kWash = 0.72f;              // how far an absent patch fades to paper

}  // namespace

std::vector<Rgba> map_pixels(std::span<const float> weights, const TileMap& map, const HeatScale& scale) {
  std::vector<Rgba> pixels(weights.size(), kAbsentPaper);
  for (int query = 0; query < map.queries(); ++query)
    for (const KeyRun& run : map.runs(query))
      for (int key = run.begin; key < run.end; ++key) {
        const size_t at = static_cast<size_t>(query) * map.keys() + key;
        pixels[at] = scale(weights[at]);
      }
  return pixels;
}

std::vector<Rgba> difference_pixels(std::span<const float> differences, const TileMap& map, const TileMap& reference,
                                    float largest) {
  std::vector<Rgba> pixels(differences.size(), kAbsentPaper);
  for (const TileMap* one : {&map, &reference})
    for (int query = 0; query < one->queries(); ++query)
      for (const KeyRun& run : one->runs(query))
        for (int key = run.begin; key < run.end; ++key) {
          const size_t at = static_cast<size_t>(query) * one->keys() + key;
          pixels[at] = diverging(largest > 0 ? differences[at] / largest : differences[at]);
        }
  return pixels;
}

void mark_dropped(std::span<Rgba> pixels, std::span<const float> shares) {
  constexpr Rgba kDropped = 0xFF3B30E8u;  // a red that neither colour map has
  constexpr float kStrength = 0.9f;
  for (size_t i = 0; i < shares.size(); ++i) pixels[i] = mix(pixels[i], kDropped, kStrength * shares[i]);
}

std::vector<Rgba> overlay_pixels(std::span<const uint8_t> picture, int height, int width,
                                 std::span<const float> weights, const TileMap& map, int query,
                                 const HeatScale& scale) {
  const Geometry& grid = map.geometry();
  std::vector<Rgba> pixels(picture.size());
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int key = grid.prefix + (y * grid.rows / height) * grid.columns + x * grid.columns / width;
      const size_t at = static_cast<size_t>(y) * width + x;
      const Rgba below = grey(picture[at]);
      const float weight = weights[static_cast<size_t>(query) * map.keys() + key];
      pixels[at] = map.exists(query, key) ? mix(below, scale(weight), kOverlayShare) : mix(below, kAbsentPaper, kWash);
    }
  return pixels;
}

std::vector<Rgba> patch_pixels(std::span<const uint8_t> picture, int height, int width, std::span<const float> numbers,
                               const Geometry& grid, const HeatScale& scale, const std::vector<bool>& removed) {
  std::vector<Rgba> pixels(picture.size());
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int patch = (y * grid.rows / height) * grid.columns + x * grid.columns / width;
      const size_t at = static_cast<size_t>(y) * width + x;
      pixels[at] = removed[patch] ? grey(0) : mix(grey(picture[at]), scale(numbers[patch]), kOverlayShare);
    }
  return pixels;
}

float largest_of(std::span<const float> weights) {
  return weights.empty() ? 0 : *std::max_element(weights.begin(), weights.end());
}

float largest_of_row(std::span<const float> weights, int tokens, int query) {
  return largest_of(weights.subspan(static_cast<size_t>(query) * tokens, tokens));
}

std::vector<Rgba> weight_pixels(std::span<const float> weights, const HeatScale& scale) {
  std::vector<Rgba> pixels;
  pixels.reserve(weights.size());
  for (const float weight : weights) pixels.push_back(std::isnan(weight) ? kAbsentPaper : scale(weight));
  return pixels;
}

HeatScale scale_of(std::span<const float> weights, const TileMap& pairs, ColourMap colours) {
  constexpr float kMost = 0.99f, kOutshines = 2;
  std::vector<float> existing;
  for (int query = 0; query < pairs.queries(); ++query)
    for (const KeyRun& run : pairs.runs(query)) {
      const auto row = weights.begin() + static_cast<std::ptrdiff_t>(query) * pairs.keys();
      existing.insert(existing.end(), row + run.begin, row + run.end);
    }
  const float largest = largest_of(existing);
  if (existing.empty()) return {colours, largest};
  const auto most = existing.begin() + static_cast<std::ptrdiff_t>(kMost * static_cast<float>(existing.size() - 1));
  std::nth_element(existing.begin(), most, existing.end());
  const bool beyond = largest > kOutshines * *most && *most > 0;
  return {colours, beyond ? *most : largest, beyond};
}

std::vector<int> largest_columns(std::span<const float> weights, int columns) {
  std::vector<int> largest;
  for (size_t row = 0; columns > 0 && row < weights.size(); row += static_cast<size_t>(columns)) {
    const auto begin = weights.begin() + static_cast<std::ptrdiff_t>(row);
    const auto less = [](float a, float b) { return a < b || (std::isnan(a) && !std::isnan(b)); };
    const auto most = std::max_element(begin, begin + columns, less);
    largest.push_back(*most > 0 ? static_cast<int>(most - begin) : -1);
  }
  return largest;
}

}  // namespace lab
