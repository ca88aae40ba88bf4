#pragma once
// Stage sums: the arithmetic of one cell of a stage, in its real numbers, as a line of text.

#include <string>

#include "core/attention/stages.h"

namespace lab {

/// Query i and key j, and number d of a value; counted from 0.
struct StageCell {
  int query = 0, key = 0, number = 0;
  bool operator==(const StageCell&) const = default;
};

/// "0.25 · (0.31·1.2 − 0.4·0.2 + …) = 1.23", or "v · tanh(q + k)" term by term for the additive score.
std::string score_sum(const AttentionStages& stages, const StageCell& cell);
/// "e^(1.23 − 2.01) / 13.4 = 0.034"; what is divided by is the sum of all keys' powers.
std::string softmax_sum(const AttentionStages& stages, const StageCell& cell);
/// "0.31·1.2 + 0.2·0.4 + … = 0.57": the largest terms first.
std::string mix_sum(const AttentionStages& stages, const StageCell& cell);

}  // namespace lab
