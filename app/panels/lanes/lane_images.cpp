#include "app/panels/lanes/lane_images.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/texts/attentions.h"

namespace lab {

namespace {

/// The attention of a lane that is looked at: its weights, pairs and who looks.
LaneImage seen(const LaneSnapshot& lane, const Selection& selection, const TextLook& text) {
  LaneImage image;
  const Looking looking = looking_in(lane, text);
  const LaneAttention seen = attention_of(lane, looking);
  const LayerMaps& layer = seen.maps[selection.layer];
  image.pairs = selection.head < 0 ? layer.any : layer.heads[selection.head];
  image.weights = selected_weights(seen.weights, seen.maps, selection);
  image.query = query_in(lane, looking, selection, text);
  return image;
}

}  // namespace

void LaneImages::update(const Snapshot& snapshot, const Selection& selection, const TextLook& text,
                        const HeatStyle& style, TextureStore& textures) {
  Key key = {&snapshot, snapshot.serial, selection, text, style};
  key.selection.lane = -1;  // highlighting repaints nothing
  if (key == key_ && images_.size() == snapshot.lanes.size()) return;
  key_ = key;
  weigh(snapshot, selection, text, style);
  paint(snapshot, selection, textures);
}

void LaneImages::weigh(const Snapshot& snapshot, const Selection& selection, const TextLook& text,
                       const HeatStyle& style) {
  images_.assign(snapshot.lanes.size(), {});
  float largest_pair = 0, largest_in_row = 0;
  for (size_t i = 0; i < images_.size(); ++i) {
    LaneImage& image = images_[i];
    image = seen(snapshot.lanes[i], selection, text);
    image.map_scale = snapshot.tokens.empty() ? HeatScale{style.colours, largest_of(image.weights)}
                                              : scale_of(image.weights, *image.pairs, style.colours);
    image.row_scale = {style.colours, largest_of_row(image.weights, image.pairs->keys(), image.query)};
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
    const TileMap& map = *image.pairs;
    std::vector<Rgba> pixels = map_pixels(image.weights, map, image.map_scale);
    mark_dropped(pixels, selected_dropped(snapshot.lanes[i], selection));
    image.map = textures.upload(fmt::format("map {}", i), map.keys(), map.queries(), pixels);
    if (probe.pixels.empty()) continue;
    image.picture = textures.upload(
        fmt::format("picture {}", i), probe.width, probe.height,
        overlay_pixels(probe.pixels, probe.height, probe.width, image.weights, map, selection.query, image.row_scale));
  }
}

}  // namespace lab
