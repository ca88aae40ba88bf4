#include "core/train/curve.h"

namespace lab {

CurveRecorder::CurveRecorder() {
  curve_.step.reserve(kMostPoints);
  curve_.value.reserve(kMostPoints);
}

void CurveRecorder::add(float step, float value) {
  step_sum_ += step;
  value_sum_ += value;
  if (++waiting_ < per_point_) return;
  curve_.step.push_back(static_cast<float>(step_sum_ / waiting_));
  curve_.value.push_back(static_cast<float>(value_sum_ / waiting_));
  step_sum_ = value_sum_ = 0;
  waiting_ = 0;
  if (curve_.step.size() >= kMostPoints) thin();
}

void CurveRecorder::thin() {
  const size_t half = curve_.step.size() / 2;
  for (size_t i = 0; i < half; ++i) {
    curve_.step[i] = (curve_.step[2 * i] + curve_.step[2 * i + 1]) / 2;
    curve_.value[i] = (curve_.value[2 * i] + curve_.value[2 * i + 1]) / 2;
  }
  curve_.step.resize(half);
  curve_.value.resize(half);
  per_point_ *= 2;
}

}  // namespace lab
