#pragma once
// Guidance: where attention is told to look, beside the task; guidance_rule.h says how it enters the loss.

#include <vector>

#include "core/attention/spending.h"

namespace lab {

/// All of it may change between steps.
struct Guidance {
  float weight = 0;          // λ
  bool all_queries = false;  // else those before the grid alone: the class token
  Range layers, heads;
  /// [B, M], how much each query is to look at a key, or [B, N, M] by_query; only their proportions count, and a row
  /// of zeros guides nothing. Empty: no guidance. There may be more numbers than the batch in hand needs.
  std::vector<float> targets;
  bool by_query = false;
  bool of_source = false;  // the attention of an answer to its source, else of tokens to each other

  bool on() const { return weight > 0 && !targets.empty(); }
};

}  // namespace lab
