#pragma once
// Cost: what one lane's attention costs in a training step, and what of it can be counted rather than measured.

#include <cstdint>

namespace lab {

class Trainer;

/// What one lane's attention costs. Times are medians of recent training steps.
struct Cost {
  double step_ms = 0;         // one training step: forward, backward, update
  double attention_ms = 0;    // of it: scores, softmax, mix and their gradients, all layers
  int64_t multiply_adds = 0;  // attention's, one training step: forward (scores, mix) and backward
  int64_t weight_bytes = 0;   // attention weights kept for one training step
  int64_t pairs = 0;          // pairs that are weighed, all heads and layers, one picture
  int64_t dense_pairs = 0;    // pairs of dense attention
};

/// One training step's multiply-adds and bytes, and the pairs; the times are 0.
Cost counted_cost(const Trainer& trainer, int lane);

}  // namespace lab
