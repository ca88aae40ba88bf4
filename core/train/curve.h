#pragma once
// Growing a Curve within bounds: when it is full, neighbouring points are averaged in pairs, and from
// then on so many new points are averaged before one is added. So a curve of any length stays small
// and keeps its whole course.

#include "core/train/snapshot.h"

namespace lab {

class CurveRecorder {
 public:
  static constexpr size_t kMostPoints = 2048;

  CurveRecorder();
  void add(float step, float value);
  const Curve& curve() const { return curve_; }

 private:
  void thin();

  Curve curve_;
  int per_point_ = 1;  // values averaged into one point
  int waiting_ = 0;    // of them, how many are summed below
  double step_sum_ = 0, value_sum_ = 0;
};

}  // namespace lab
