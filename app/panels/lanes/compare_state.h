#pragma once
// What every lane's map is compared with, on the Lanes page.

#include <cstdint>
#include <vector>

#include "app/panels/lanes/lane_images.h"
#include "core/inspect/map_difference.h"

namespace lab {

struct Reference {
  enum class Kind { kNothing, kLane, kHead, kPin };
  Kind kind = Kind::kNothing;
  int lane = -1;            // kLane: at the layer and head that are looked at
  int layer = 0, head = 0;  // kHead: of the same lane; head −1: the mean of all
  int64_t step = -1;        // kPin: the same lane then
  bool operator==(const Reference&) const = default;
};

/// One lane's map beside its reference.
struct ComparedMap {
  std::string now, then;  // what is compared with what: "Dense", "step 120"
  std::string missing;    // one sentence where there is nothing to compare; else empty
  int queries = 0, keys = 0;
  MapDifference difference;
  HeatScale scale;    // of both maps
  float largest = 0;  // of the changes: the end of their colour scale, both ways
  ImTextureID now_map = {}, then_map = {}, difference_map = {};
};

struct CompareState {
  Reference reference;
  std::vector<ComparedMap> lanes;  // while there is a reference
  // What they were made of.
  const Snapshot* snapshot = nullptr;
  uint64_t serial = 0;
  Selection selection;
  TextLook text;
  HeatStyle style;
  Reference made_for;
};

}  // namespace lab
