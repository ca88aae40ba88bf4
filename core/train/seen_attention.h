#pragma once
// SeenAttention: one attention at work on one picture or text, as numbers: which token looked at which, in every head
// of every layer. Of tokens to themselves, or of the tokens that a decoder was fed to those of the text.

#include <cstddef>
#include <vector>

#include "core/attention/layer_maps.h"

namespace lab {

struct SeenAttention {
  int queries = 0, keys = 0;
  std::vector<LayerMaps> maps;  // [L] which pairs exist, [queries, keys] a head

  std::vector<float> weights;  // [L, H, queries, keys]; absent pairs are 0
  std::vector<float> figures;  // [L, H] what each head's strategy has learned; kNoFigure: nothing

  bool empty() const { return queries == 0; }
  /// [queries, keys] of a layer and head, counted from 0.
  const float* head(int layer, int head) const {
    const size_t heads = maps[layer].heads.size(), pairs = static_cast<size_t>(queries) * keys;
    return weights.data() + (layer * heads + head) * pairs;
  }
};

}  // namespace lab
