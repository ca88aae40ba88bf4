#pragma once
// Labelled map: a weight for each pair of two rows of tokens, with the tokens along both edges. The wheel zooms at the
// mouse, a drag moves, a double click shows all; labels stay at the edges and are fewer where they would overlap.
//
//   LabelledMap map = {.rows = asking, .columns = looked_at, .texture = uploaded, .weights = weights};
//   if (const MapPick pick = labelled_map("map", map, view, room); pick.clicked) …

#include <imgui.h>

#include <span>
#include <string>

#include "app/widgets/cells.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/map_view.h"

namespace lab {

struct LabelledMap {
  std::span<const std::string> rows, columns;  // tokens
  ImTextureID texture = {};                    // [rows, columns] pixels; none: the few weights are painted cell by cell
  std::span<const float> weights;              // [rows, columns]; NaN: no such pair
  HeatScale scale = {};                        // of what is painted
  std::span<const int> path = {};              // a column for each row, −1: none, joined by a line
  int selected = -1;                           // a row, outlined; −1: none
  Cell lit = {};                               // the hovered pair, wherever it is hovered
  bool tip = true;                             // says the hovered pair and its weight beside the mouse
};

struct MapPick {
  Cell hovered, clicked;
};

/// At the cursor, in the middle of `room` real pixels, cells as high as wide.
MapPick labelled_map(const char* id, const LabelledMap& map, MapView& view, ImVec2 room);

/// Where the parts of the map are, for a room: `cells` is the map's corner, from the cursor. Above is room
/// for labels that run upwards.
struct MapPlaces {
  ImVec2 cells, size;               // of the map itself
  float row_labels, column_labels;  // room at the left, and above
};
MapPlaces place_map(const MapShape& shape, float widest_row, float widest_column, float line, ImVec2 room);

}  // namespace lab
