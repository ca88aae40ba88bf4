#pragma once
// A run's history in its file: the weights of a moment as the tensor history.STEP.LANE.values, at checkpoints the
// optimiser's state beside them and the curves of then; what else there is of it as JSON in the metadata's "history".

#include "core/history/history.h"
#include "core/history/run_parts.h"

namespace lab {

/// Adds the moments' tensors, which are views of them and of `kept`; returns the JSON.
std::string write_history(const History& history, std::vector<NamedTensor>& tensors,
                          std::vector<std::vector<float>>& kept);

/// The moments of a file, empty where it has none, for a trainer of its experiment. Throws Error when they are not as
/// they were written.
std::vector<Moment> read_history(const SafetensorsFile& file, const std::string& path, Trainer& trainer);

}  // namespace lab
