#pragma once
// A data set small enough to learn in a moment: 8 × 8 pictures, bright on the left or on the right half.

#include <memory>

#include "core/base/rng.h"
#include "core/data/dataset.h"

namespace lab {

inline ImageSet left_or_right(int count, uint64_t seed) {
  Rng rng(seed, stream::kTests);
  ImageSet set;
  set.height = set.width = 8;
  for (int i = 0; i < count; ++i) {
    const bool right = rng.below(2) == 1;
    set.labels.push_back(right);
    for (int pixel = 0; pixel < 64; ++pixel)
      set.pixels.push_back(static_cast<uint8_t>(rng.below(120) + ((pixel % 8 >= 4) == right ? 120 : 0)));
  }
  return set;
}

inline DatasetPtr small_data() {
  auto data = std::make_shared<Dataset>();
  data->task = "halves";
  data->title = "Halves";
  data->source = "generated";
  data->classes = {"left", "right"};
  data->train = left_or_right(256, 1);
  data->test = left_or_right(120, 2);
  return data;
}

}  // namespace lab
