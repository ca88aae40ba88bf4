#include "core/measure/log_fit.h"

#include <cmath>
#include <limits>
#include <vector>

namespace lab {

double ending_slope(std::span<const CurvePoint> points) {
  if (points.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const size_t kept = points.size() < 4 ? points.size() : (points.size() + 1) / 2;
  const auto upper = points.last(kept);
  double x = 0, y = 0, xx = 0, xy = 0;
  for (const CurvePoint& point : upper) {
    x += std::log(point.x) / static_cast<double>(kept);
    y += std::log(point.y) / static_cast<double>(kept);
  }
  for (const CurvePoint& point : upper) {
    const double dx = std::log(point.x) - x;
    xx += dx * dx;
    xy += dx * (std::log(point.y) - y);
  }
  return xy / xx;
}

namespace {

constexpr double kAlike = 1.02;

// log(a / b) wherever both have a point; x as its logarithm.
std::vector<CurvePoint> differences(std::span<const CurvePoint> a, std::span<const CurvePoint> b) {
  std::vector<CurvePoint> result;
  for (const CurvePoint& p : a)
    for (const CurvePoint& q : b)
      if (p.x == q.x) result.push_back({std::log(p.x), std::log(p.y / q.y)});
  return result;
}

}  // namespace

Crossover crossover(std::span<const CurvePoint> a, std::span<const CurvePoint> b) {
  const std::vector<CurvePoint> d = differences(a, b);
  if (d.size() < 2) return {};
  if (std::fabs(d.back().y) < std::log(kAlike)) return {Crossover::Kind::kSame};
  if (!(d.back().y < 0)) return {Crossover::Kind::kNever};
  for (size_t i = d.size() - 1; i > 0; --i) {
    const CurvePoint &low = d[i - 1], &high = d[i];
    if (low.y < 0) continue;
    const double share = low.y / (low.y - high.y);  // of the way from low to high, where the difference is 0
    return {Crossover::Kind::kFrom, std::exp(low.x + share * (high.x - low.x))};
  }
  return {Crossover::Kind::kAlways};
}

}  // namespace lab
