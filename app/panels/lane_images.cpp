#include "app/panels/lane_images.h"

#include <fmt/format.h>

#include <algorithm>

namespace lab {

void LaneImages::update(const Snapshot& snapshot, const Selection& selection, const HeatStyle& style,
                        TextureStore& textures) {
  Key key = {&snapshot, snapshot.serial, selection, style};
  key.selection.lane = -1;  // highlighting repaints nothing
  if (key == key_ && images_.size() == snapshot.lanes.size()) return;
  key_ = key;
  weigh(snapshot, selection, style);
  paint(snapshot, selection, textures);
}

void LaneImages::weigh(const Snapshot& snapshot, const Selection& selection, const HeatStyle& style) {
  images_.assign(snapshot.lanes.size(), {});
  float largest_pair = 0, largest_in_row = 0;
  for (size_t i = 0; i < images_.size(); ++i) {
    LaneImage& image = images_[i];
    image.weights = selected_weights(snapshot.lanes[i], snapshot.experiment.model, selection);
    image.map_scale = {style.colours, largest_of(image.weights)};
    image.row_scale = {style.colours, largest_of_row(image.weights, snapshot.geometry.keys, selection.query)};
    largest_pair = std::max(largest_pair, image.map_scale.largest);
    largest_in_row = std::max(largest_in_row, image.row_scale.largest);
  }
  if (!style.shared) return;
  for (LaneImage& image : images_) image.map_scale.largest = largest_pair, image.row_scale.largest = largest_in_row;
}

void LaneImages::paint(const Snapshot& snapshot, const Selection& selection, TextureStore& textures) {
  const Probe& probe = snapshot.probe;
  for (size_t i = 0; i < images_.size(); ++i) {
    LaneImage& image = images_[i];
    const TileMap& map = selected_map(snapshot.lanes[i], selection);
    std::vector<Rgba> pixels = map_pixels(image.weights, map, image.map_scale);
    mark_dropped(pixels, selected_dropped(snapshot.lanes[i], snapshot.experiment.model, selection));
    image.map = textures.upload(fmt::format("map {}", i), map.keys(), map.queries(), pixels);
    image.picture = textures.upload(
        fmt::format("picture {}", i), probe.width, probe.height,
        overlay_pixels(probe.pixels, probe.height, probe.width, image.weights, map, selection.query, image.row_scale));
  }
}

}  // namespace lab
