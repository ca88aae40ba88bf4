#pragma once
// LaneRecord: how a lane's training went so far, in a few curves.

#include "core/train/curve.h"
#include "core/train/trainer.h"

namespace lab {

struct LaneRecord {
  CurveRecorder train_loss, test_loss, test_accuracy;
  Evaluation test;    // the latest
  int64_t steps = 0;  // that train_loss has

  /// The trainer's latest step; false when this lane had no part in it.
  bool add_step(const Trainer& trainer, int lane) {
    if (trainer.steps(lane) == steps) return false;
    steps = trainer.steps(lane);
    train_loss.add(static_cast<float>(steps), trainer.loss(lane));
    return true;
  }
  void add_test(const Evaluation& evaluation) {
    test = evaluation;
    test_loss.add(static_cast<float>(steps), static_cast<float>(test.loss));
    test_accuracy.add(static_cast<float>(steps), static_cast<float>(test.accuracy));
  }
};

}  // namespace lab
