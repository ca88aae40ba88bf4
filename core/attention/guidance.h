#pragma once
// Guidance: where attention is told to look, beside the task; guidance_rule.h says how it enters the loss.

#include <cstdint>
#include <vector>

#include "core/attention/spending.h"

namespace lab {

/// All of it may change between steps.
struct Guidance {
  float weight = 0;          // λ
  bool all_queries = false;  // else those before the grid alone: the class token
  Range layers, heads;
  std::vector<uint8_t> targets;  // [B, M], 1: a key to look at; empty: no guidance

  bool on() const { return weight > 0 && !targets.empty(); }
};

}  // namespace lab
