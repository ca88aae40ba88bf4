#include "core/history/saved_model.h"

#include <algorithm>

#include "core/base/error.h"

namespace lab {

namespace {

int checked(const RunFile& run, int lane) {
  const int lanes = static_cast<int>(run.experiment().lanes.size());
  if (lane < 0 || lane >= lanes) throw Error("The run has {} lanes; there is no lane {}.", lanes, lane + 1);
  return lane;
}

}  // namespace

SavedModel::SavedModel(const RunFile& run, int lane)
    : run_(run), lane_(checked(run, lane)), parameters_(parameter_specs(shape())) {
  Arena arena;
  const std::vector<NamedTensor> weights = run.weights(lane, arena);
  for (Parameter& parameter : parameters_.all()) {
    const auto found = std::ranges::find(weights, parameter.name, &NamedTensor::name);
    if (found == weights.end() || !(found->tensor.shape == parameter.value.shape))
      throw Error("The run lacks {} as its settings want it; it is damaged.", parameter.name);
    std::copy(found->tensor.begin(), found->tensor.end(), parameter.value.begin());
  }
}

}  // namespace lab
