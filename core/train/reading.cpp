#include "core/train/reading.h"

#include <utility>

namespace lab {

namespace {

/// `kernel(layer)` is the layer's, for a batch of one.
template <class KernelOf>
SeenAttention seen(std::vector<LayerMaps> maps, const KernelOf& kernel) {
  SeenAttention all;
  all.queries = maps.front().any->queries(), all.keys = maps.front().any->keys();
  const int layers = static_cast<int>(maps.size()), heads = static_cast<int>(maps.front().heads.size());
  const int64_t per_layer = int64_t{heads} * all.queries * all.keys;
  all.weights.resize(layers * per_layer);
  for (int layer = 0; layer < layers; ++layer) {
    kernel(layer).weights({all.weights.data() + layer * per_layer, {1, heads, all.queries, all.keys}});
    for (int head = 0; head < heads; ++head) all.figures.push_back(kernel(layer).learned_figure(head));
  }
  all.maps = std::move(maps);
  return all;
}

}  // namespace

Reading reading_of(Learner& learner) {
  const Tensor probabilities = learner.probabilities();
  const Encoder& encoder = learner.encoder();
  SeenAttention self = seen(
      encoder.maps(), [&](int layer) -> auto& { return encoder.attention(layer); });
  Reading reading = {{probabilities.begin(), probabilities.end()},
                     std::move(self.maps),
                     std::move(self.weights),
                     std::move(self.figures),
                     {},
                     {}};
  if (const Decoder* decoder = learner.decoder()) {
    reading.answer = seen(
        decoder->maps(), [&](int layer) -> auto& { return decoder->attention_to_self(layer); });
    reading.cross = seen(
        decoder->cross_maps(), [&](int layer) -> auto& { return decoder->attention_to_memory(layer); });
  }
  return reading;
}

}  // namespace lab
