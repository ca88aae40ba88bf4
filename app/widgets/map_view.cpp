#include "app/widgets/map_view.h"

#include <algorithm>
#include <cmath>

namespace lab {

MapView clamped(MapView view, const MapShape& shape) {
  view.zoom = std::clamp(view.zoom, 1.0f, kMostZoom);
  const auto within = [&](float at, int count) {
    return std::clamp(at, 0.0f, static_cast<float>(count) * (1 - 1 / view.zoom));
  };
  view.row = within(view.row, shape.rows);
  view.column = within(view.column, shape.columns);
  return view;
}

MapView zoomed(const MapView& view, const MapShape& shape, float factor, float row, float column) {
  const float zoom = std::clamp(view.zoom * factor, 1.0f, kMostZoom), share = view.zoom / zoom;
  return clamped({zoom, row - (row - view.row) * share, column - (column - view.column) * share}, shape);
}

MapView moved(const MapView& view, const MapShape& shape, float rows, float columns) {
  return clamped({view.zoom, view.row + rows, view.column + columns}, shape);
}

MapView revealed(const MapView& view, const MapShape& shape, int row, int column) {
  const auto first = [&](float at, int cell, int count) {
    const float seen = static_cast<float>(count) / view.zoom, begin = static_cast<float>(cell);
    return std::min(std::max(at, begin + 1 - seen), begin);
  };
  return clamped({view.zoom, first(view.row, row, shape.rows), first(view.column, column, shape.columns)}, shape);
}

std::vector<int> labels_with_room(int count, float first, float seen, float cell, float room) {
  std::vector<int> labels;
  if (!(cell > 0)) return labels;
  const int every = std::max(1, static_cast<int>(std::ceil(room / cell)));
  for (int label = 0; label < count; label += every) {
    const float middle = static_cast<float>(label) + 0.5f;
    if (middle >= first && middle <= first + seen) labels.push_back(label);
  }
  return labels;
}

}  // namespace lab
