#pragma once
// Dropouts: the dropouts of one part of a model, each with random numbers of its own. What is drawn follows from the
// seed, the training step and the dropout's place in the model alone.
//
//   Dropouts dropped(knobs, seed, Dropouts::kEncoder);        // 1. once for the part
//   x = dropped(tape, "encoder.layers.0.dropout1", x);        // 2. in the order of the forward

#include "core/graph/layers.h"
#include "core/model/training_rules.h"

namespace lab {

class Dropouts {
 public:
  /// Where a part's streams of random numbers begin; no part has as many dropouts as lie between two.
  static constexpr uint64_t kEncoder = 0, kDecoder = uint64_t{1} << 16;

  /// `knobs` must outlive the tapes.
  Dropouts(const TrainingKnobs& knobs, uint64_t seed, uint64_t first) : knobs_(knobs), seed_(seed), next_(first) {}

  /// x itself on a tape for inference, and in a model that is built while nothing is dropped.
  Variable operator()(Tape& tape, const std::string& name, Variable x) {
    if (!(knobs_.dropout > 0)) return x;
    return dropout(tape, name, x, {&knobs_.dropout, &knobs_.step, seed_}, next_++);
  }

 private:
  const TrainingKnobs& knobs_;
  uint64_t seed_, next_;
};

}  // namespace lab
