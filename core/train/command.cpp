#include "core/train/command.h"

#include <algorithm>

namespace lab {

bool needs_restart(const Experiment& from, const Experiment& to) {
  Experiment same = to;  // with what may change in flight taken over from `from`
  same.optimiser = from.optimiser;
  same.optimiser.kind = to.optimiser.kind;
  same.model.dropout = from.model.dropout;
  same.model.attention_dropout = from.model.attention_dropout;
  same.penalties = from.penalties;
  same.label_smoothing = from.label_smoothing;
  same.guidance = from.guidance;
  for (size_t lane = 0; lane < std::min(from.lanes.size(), to.lanes.size()); ++lane) {
    same.lanes[lane].name = from.lanes[lane].name;
    same.lanes[lane].learning_rate = from.lanes[lane].learning_rate;
    same.lanes[lane].weight_decay = from.lanes[lane].weight_decay;
  }
  return !(same == from);
}

}  // namespace lab
