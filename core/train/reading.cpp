#include "core/train/reading.h"

#include <utility>

namespace lab {

namespace {

/// For a batch of one.
SeenAttention seen(const Learner& learner, Attending attending) {
  const std::vector<LayerMaps>& maps = learner.maps(attending);
  SeenAttention all;
  all.queries = maps.front().any->queries(), all.keys = maps.front().any->keys();
  const int layers = static_cast<int>(maps.size()), heads = static_cast<int>(maps.front().heads.size());
  const int64_t per_layer = int64_t{heads} * all.queries * all.keys;
  all.weights.resize(layers * per_layer);
  for (int layer = 0; layer < layers; ++layer) {
    const AttentionKernel& kernel = learner.attention(attending, layer);
    kernel.weights({all.weights.data() + layer * per_layer, {1, heads, all.queries, all.keys}});
    for (int head = 0; head < heads; ++head) all.figures.push_back(kernel.learned_figure(head));
  }
  all.maps = maps;
  return all;
}

}  // namespace

Reading reading_of(Learner& learner) {
  const Tensor probabilities = learner.probabilities();
  SeenAttention self = seen(learner, Attending::kTokens);
  Reading reading = {{probabilities.begin(), probabilities.end()},
                     std::move(self.maps),
                     std::move(self.weights),
                     std::move(self.figures),
                     {},
                     {}};
  if (learner.decoder()) {
    reading.answer = seen(learner, Attending::kAnswer);
    reading.cross = seen(learner, Attending::kCross);
  }
  return reading;
}

}  // namespace lab
