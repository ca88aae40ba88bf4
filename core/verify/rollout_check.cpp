// Attention rollout over the weights of several layers.

#include <algorithm>

#include "core/base/error.h"
#include "core/inspect/rollout.h"
#include "core/verify/checks.h"

namespace lab {

void check_rollout(ReferenceCase& reference) {
  const std::string heads = reference.text("heads", "mean");
  if (heads != "mean") throw Error("Rollout over heads by {} is not supported yet; only mean is.", heads);
  const float residual = reference.number("residual", 0, 1, kRolloutResidual);
  const Tensor weights = reference.tensor("weights", 4);
  const std::vector<float> result = attention_rollout({weights.begin(), weights.end()}, weights.shape, residual);
  const Tensor rollout = reference.zeros({weights.shape[2], weights.shape[3]});
  std::copy(result.begin(), result.end(), rollout.begin());
  reference.compare("rollout", rollout, kTolerance);
}

}  // namespace lab
