#pragma once
// Curve: figures of a run, step by step, grown within bounds: when it is full, neighbouring points are averaged in
// pairs, and from then on so many new points are averaged before one is added. So a curve of any length stays small and
// keeps its whole course.

#include <cstddef>
#include <vector>

namespace lab {

/// Points in order of step. Thinned (neighbours averaged) as it grows, so that it stays small.
struct Curve {
  std::vector<float> step;
  std::vector<float> value;
};

class CurveRecorder {
 public:
  static constexpr size_t kMostPoints = 2048;

  /// What waits to become the next point.
  struct Waiting {
    int per_point = 1;  // values averaged into one point
    int count = 0;      // of them, how many are summed here
    double step_sum = 0, value_sum = 0;
    bool operator==(const Waiting&) const = default;
  };

  CurveRecorder();
  /// Goes on from where another was.
  CurveRecorder(Curve curve, const Waiting& waiting);
  void add(float step, float value);
  const Curve& curve() const { return curve_; }
  const Waiting& waiting() const { return waiting_; }

 private:
  void thin();

  Curve curve_;
  Waiting waiting_;
};

}  // namespace lab
