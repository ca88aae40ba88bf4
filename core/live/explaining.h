#pragma once
// Explaining: keeps the explanation of one lane's answer up to date, without holding training up: at most a few times
// a second while steps go by, at once when what is explained changes.
//
//   Explaining explaining;
//   explaining.lane = 0;                                                 // 1. −1: nothing is explained
//   snapshot.explanation = explaining.look(trainer, probe, step, hurry); // 2. at every snapshot

#include <chrono>
#include <memory>

#include "core/inspect/explainer.h"
#include "core/live/snapshot.h"
#include "core/train/trainer.h"

namespace lab {

class Explaining {
 public:
  int lane = -1;

  /// Of the trainer's weights as they are, which are those of `step`. `hurry`: even if the latest is a moment old.
  const ExplanationSnapshot& look(Trainer& trainer, const Probe& probe, int64_t step, bool hurry);

  /// The weights were changed otherwise than by the steps that are counted.
  void forget() { latest_ = {}; }

 private:
  ExplanationSnapshot latest_;
  std::vector<uint8_t> picture_;  // that `latest_` is of
  VisionTransformerShape shape_;  // that explainer_ is of
  std::unique_ptr<Explainer> explainer_;
  std::chrono::steady_clock::time_point when_{};
};

}  // namespace lab
