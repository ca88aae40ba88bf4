#include "core/train/cost.h"

#include "core/train/trainer.h"

namespace lab {

Cost counted_cost(const Trainer& trainer, int lane) {
  const Encoder& encoder = trainer.training_network(lane).encoder();
  Cost cost;
  cost.multiply_adds = encoder.multiply_adds();
  cost.pairs = encoder.pairs();
  for (int layer = 0; layer < trainer.experiment().model.layers; ++layer)
    cost.weight_bytes += encoder.attention(layer).weight_bytes();
  for (const LayerMaps& maps : trainer.maps(lane))
    for (const TileMapPtr& map : maps.heads) cost.dense_pairs += map->dense_pairs();
  return cost;
}

}  // namespace lab
