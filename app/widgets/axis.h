#pragma once
// Axis: numbers to pixels and back, straight or logarithmic, with round numbers to label.

#include <vector>

namespace lab {

class Axis {
 public:
  /// `low` lies at pixel `from`, `high` at pixel `to`. Logarithmic needs 0 < low < high.
  Axis(float low, float high, float from, float to, bool logarithmic = false);

  float pixel(float value) const;
  float value(float pixel) const;
  /// About `count` round numbers between low and high, at least two.
  std::vector<float> ticks(int count) const;

 private:
  float low_, high_, from_, to_;
  bool logarithmic_;
};

/// 1, 2 or 5 times a power of ten, at least `rough`.
float round_step(float rough);

}  // namespace lab
