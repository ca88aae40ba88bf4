#include "core/train/curve.h"

#include <utility>

namespace lab {

CurveRecorder::CurveRecorder() : CurveRecorder({}, {}) {}

CurveRecorder::CurveRecorder(Curve curve, const Waiting& waiting) : curve_(std::move(curve)), waiting_(waiting) {
  curve_.step.reserve(kMostPoints);
  curve_.value.reserve(kMostPoints);
}

void CurveRecorder::add(float step, float value) {
  waiting_.step_sum += step;
  waiting_.value_sum += value;
  if (++waiting_.count < waiting_.per_point) return;
  curve_.step.push_back(static_cast<float>(waiting_.step_sum / waiting_.count));
  curve_.value.push_back(static_cast<float>(waiting_.value_sum / waiting_.count));
  waiting_ = {.per_point = waiting_.per_point};
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
  waiting_.per_point *= 2;
}

}  // namespace lab
