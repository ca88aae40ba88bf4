#pragma once
// What the viewer does on the Inside page, view by view.

#include <cstdint>
#include <memory>
#include <vector>

#include "app/widgets/cells.h"
#include "app/widgets/colour_map.h"
#include "core/inspect/inside.h"

namespace lab {

struct HeadsState {
  struct Painted {
    uint64_t serial = 0;  // of the snapshot in the textures
    int lane = -1, layer = 0, head = 0, query = 0;
    Attending attending = Attending::kTokens;
    ColourMap colours = ColourMap::kViridis;
    bool shared = false;
    bool operator==(const Painted&) const = default;
  };
  Painted painted;
  std::vector<ImTextureID> maps;  // [L, H]
  ImTextureID picture = {};
  int key = -1, next_key = -1;  // under the mouse in the last frame, and found in this one
  HeadStatistics here;          // of the open head on the probe
};

struct CloudState {
  std::shared_ptr<const QueryKeyCloud> of;  // what the numbers below count in
  int held = -1;                            // the query that a click chose; −1: the one that is looked at
  int query = -1, key = -1;                 // the pair that is joined
  int painted = -2;                         // the sample in the texture
  ImTextureID picture = {};
};

struct MistakesState {
  std::shared_ptr<const Mistakes> painted;  // in the textures
  ImTextureID confusion = {};
  std::vector<ImTextureID> worst;
};

struct InsideState {
  InsideView view = InsideView::kHeads;
  InsidePlace asked;  // of the session
  float scroll = 0;   // of the open list, by so many heights of what is seen
  HeadsState heads;
  CloudState cloud;
  MistakesState mistakes;
};

}  // namespace lab
