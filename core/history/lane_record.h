#pragma once
// LaneRecord: how a lane's training went so far, in a few curves.

#include "core/train/curve.h"
#include "core/train/trainer.h"

namespace lab {

struct LaneRecord {
  CurveRecorder train_loss, test_loss, test_accuracy;
  CurveRecorder penalty, guidance, held_out_loss;  // where there are such; see LaneSnapshot
  CurveRecorder weights_norm;
  Evaluation test;    // the latest
  int64_t steps = 0;  // that train_loss has

  /// The trainer's latest step; false when this lane had no part in it.
  bool add_step(const Trainer& trainer, int lane) {
    if (trainer.steps(lane) == steps) return false;
    steps = trainer.steps(lane);
    if (trainer.stopping(lane).evaluated == steps)
      held_out_loss.add(at(), static_cast<float>(trainer.stopping(lane).loss));
    if (trainer.at_rest(lane)) return true;
    train_loss.add(at(), trainer.loss(lane));
    weights_norm.add(at(), trainer.weights_norm(lane));
    const LossTerms terms = trainer.terms(lane);
    if (trainer.penalised(lane)) penalty.add(at(), terms.penalty);
    if (trainer.guided()) guidance.add(at(), terms.guidance);
    return true;
  }
  void add_test(const Evaluation& evaluation) {
    test = evaluation;
    test_loss.add(at(), static_cast<float>(test.loss));
    test_accuracy.add(at(), static_cast<float>(test.accuracy));
  }
  float at() const { return static_cast<float>(steps); }
};

/// All curves of a record, with their names in files.
struct CurveRow {
  const char* name;
  CurveRecorder LaneRecord::*curve;
};
constexpr CurveRow kCurves[] = {
    {"train_loss", &LaneRecord::train_loss},       {"test_loss", &LaneRecord::test_loss},
    {"test_accuracy", &LaneRecord::test_accuracy}, {"penalty", &LaneRecord::penalty},
    {"guidance", &LaneRecord::guidance},           {"held_out_loss", &LaneRecord::held_out_loss},
    {"weights_norm", &LaneRecord::weights_norm}};

}  // namespace lab
