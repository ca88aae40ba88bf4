#pragma once
// MapView: what is seen of a map of rows × columns cells, as a value: zoomed around a cell, moved, never beyond the
// edges; and which of the labels along an edge have room. Pure arithmetic; labelled_map.h draws.

#include <vector>

namespace lab {

struct MapShape {
  int rows = 0, columns = 0;
};

/// Of each side 1/zoom is seen, from (row, column) on.
struct MapView {
  float zoom = 1, row = 0, column = 0;
  bool operator==(const MapView&) const = default;
};
constexpr float kMostZoom = 32;

/// Within the map, and zoom within 1 … kMostZoom.
MapView clamped(MapView view, const MapShape& shape);
/// `factor` times as large; the place (row, column), in cells, stays where it is on screen.
MapView zoomed(const MapView& view, const MapShape& shape, float factor, float row, float column);
/// Moved by so many cells.
MapView moved(const MapView& view, const MapShape& shape, float rows, float columns);
/// Moved as little as brings the whole cell into sight.
MapView revealed(const MapView& view, const MapShape& shape, int row, int column);

/// The labels to write along an edge where cells first … first + seen of `count` are seen, `cell` pixels each, and a
/// label needs `room` pixels: every k-th, so that none overlap; the same ones wherever the map is moved to.
std::vector<int> labels_with_room(int count, float first, float seen, float cell, float room);

}  // namespace lab
