#pragma once
// LaneImages: for each lane the weights that are looked at, as numbers and as textures. Made
// again only when the snapshot or what the viewer points at has changed.

#include <vector>

#include "app/panels/selection.h"
#include "app/panels/texts/text_state.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/textures.h"

namespace lab {

/// How weights become colours.
struct HeatStyle {
  ColourMap colours = ColourMap::kViridis;
  bool shared = false;  // one scale for all lanes, instead of each picture its own
  bool operator==(const HeatStyle&) const = default;
};

struct LaneImage {
  std::vector<float> weights;  // [queries, keys]
  TileMapPtr pairs;            // that exist
  int query = 0;               // that looks
  HeatScale map_scale, row_scale;
  ImTextureID map = {}, picture = {};
};

class LaneImages {
 public:
  /// `selection` is resolved; `text` says which of a translator's attentions, and who looks in it.
  void update(const Snapshot& snapshot, const Selection& selection, const TextLook& text, const HeatStyle& style,
              TextureStore& textures);
  const LaneImage& operator[](int lane) const { return images_[lane]; }

 private:
  struct Key {
    const Snapshot* snapshot = nullptr;
    uint64_t serial = 0;
    Selection selection;
    TextLook text;
    HeatStyle style;
    bool operator==(const Key&) const = default;
  };
  void weigh(const Snapshot& snapshot, const Selection& selection, const TextLook& text, const HeatStyle& style);
  void paint(const Snapshot& snapshot, const Selection& selection, TextureStore& textures);

  Key key_;
  std::vector<LaneImage> images_;
};

}  // namespace lab
