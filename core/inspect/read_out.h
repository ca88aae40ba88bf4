#pragma once
// Read-out: what a model would answer if it ended at a token as it is there, by its own final norm and head ("logit
// lens", nostalgebraist, 2020).

#include <span>
#include <string>
#include <vector>

#include "core/graph/parameters.h"

namespace lab {

/// token [C] → [K] probabilities. `norm`: the final norm's name, "encoder.norm".
std::vector<float> read_out(ParameterSet& parameters, const std::string& norm, std::span<const float> token);

/// logits [K] → [K] probabilities.
void softmax(std::span<const float> logits, std::span<float> probabilities);

}  // namespace lab
