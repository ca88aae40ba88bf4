#include "core/measure/log_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace lab {
namespace {

// y = factor · x^power at 64, 128, … 4096
std::vector<CurvePoint> power_law(double factor, double power) {
  std::vector<CurvePoint> points;
  for (double x = 64; x <= 4096; x *= 2) points.push_back({x, factor * std::pow(x, power)});
  return points;
}

TEST(LogFit, TheSlopeIsThePower) {
  for (const double power : {0.0, 1.0, 1.5, 2.0}) EXPECT_NEAR(ending_slope(power_law(3, power)), power, 1e-12);
}

TEST(LogFit, TheLowerHalfDoesNotCount) {
  std::vector<CurvePoint> points = power_law(1, 2);
  points[0].y = points[1].y = points[2].y = 1e9;
  EXPECT_NEAR(ending_slope(points), 2, 1e-12);
  points[3].y *= 2;  // the middle one does
  EXPECT_LT(ending_slope(points), 1.9);
}

TEST(LogFit, OnePointHasNoSlope) {
  EXPECT_TRUE(std::isnan(ending_slope({})));
  EXPECT_TRUE(std::isnan(ending_slope(std::vector<CurvePoint>{{64, 1}})));
  EXPECT_NEAR(ending_slope(std::vector<CurvePoint>{{64, 1}, {128, 4}}), 2, 1e-12);
}

TEST(LogFit, CurvesCrossWhereTheirPowersMeet) {
  const Crossover found = crossover(power_law(190, 1), power_law(1, 2));  // 190·x = x² at x = 190
  EXPECT_EQ(found.kind, Crossover::Kind::kFrom);
  EXPECT_NEAR(found.x, 190, 1e-9);
  EXPECT_EQ(crossover(power_law(1, 2), power_law(190, 1)).kind, Crossover::Kind::kNever);
  EXPECT_EQ(crossover(power_law(63, 1), power_law(1, 2)).kind, Crossover::Kind::kAlways);
  EXPECT_EQ(crossover(power_law(5000, 1), power_law(1, 2)).kind, Crossover::Kind::kNever);
  EXPECT_EQ(crossover(power_law(1, 1), power_law(1.01, 1)).kind, Crossover::Kind::kSame);
  EXPECT_EQ(crossover(power_law(1, 1), {}).kind, Crossover::Kind::kUnknown);
}

TEST(LogFit, TheLastCrossingCounts) {
  const std::vector<CurvePoint> level = {{1, 1}, {2, 1}, {4, 1}, {8, 1}};
  const std::vector<CurvePoint> wavy = {{1, 0.5}, {2, 2}, {4, 2}, {8, 0.5}};
  const Crossover found = crossover(wavy, level);
  EXPECT_EQ(found.kind, Crossover::Kind::kFrom);
  EXPECT_NEAR(found.x, std::sqrt(32), 1e-9);  // halfway between 4 and 8, in logarithms
}

}  // namespace
}  // namespace lab
