#pragma once
// Curves on a log–log plot: how steep they end, and where one passes another.

#include <span>

namespace lab {

struct CurvePoint {
  double x = 0, y = 0;  // both above 0
};

/// The slope of the straight line nearest to the upper half of the points (least squares in log x, log y): 1 where y
/// doubles with x, 2 where it grows fourfold. Points are in order of x; NaN for fewer than two.
double ending_slope(std::span<const CurvePoint> points);

/// From where on curve `a` stays below curve `b`, on their straight pieces in log x, log y. Where they do not share two
/// values of x, kUnknown; where they end within 2 % of each other, kSame.
struct Crossover {
  enum class Kind { kUnknown, kNever, kFrom, kAlways, kSame } kind = Kind::kUnknown;
  double x = 0;  // of kFrom
};
Crossover crossover(std::span<const CurvePoint> a, std::span<const CurvePoint> b);

}  // namespace lab
