#include "core/measure/scaling.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/base/error.h"
#include "core/measure/scaling_job.h"

namespace lab {
namespace {

ScalingSettings small_settings(int longest = 256) {
  ScalingSettings settings;
  settings.subjects = {parse_subject("dense", false), parse_subject("block:block=16", false)};
  settings.sizes = {1, 1, 8, false};
  settings.longest = longest;
  settings.milliseconds = 0;
  return settings;
}

bool show_all(const ScalingResult&) { return true; }

ScalingCurve made_up(const char* title, std::vector<double> times) {
  ScalingCurve curve{{.title = title}, {}, {}};
  for (size_t i = 0; i < times.size(); ++i) curve.points.push_back({64 << i, {times[i], 2 * times[i], 1000}, 0, 0});
  return curve;
}

TEST(Scaling, MeasuresEveryLengthOfEveryCurve) {
  double progress = 0;
  int reports = 0;
  const ScalingResult result = measure_scaling(small_settings(), [&](const ScalingResult& now) {
    EXPECT_GE(now.progress, progress);
    progress = now.progress;
    return ++reports > 0;
  });
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.progress, 1);
  EXPECT_GE(reports, 6);
  for (const ScalingCurve& curve : result.curves) {
    ASSERT_EQ(curve.points.size(), 3u);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(curve.points[i].tokens, 64 << i);
    EXPECT_TRUE(curve.left_out.empty());
  }
  EXPECT_NEAR(ending_slope(theory_points(result.curves[0], Quantity::kForward)), 2, 1e-9);
  EXPECT_NEAR(ending_slope(theory_points(result.curves[1], Quantity::kForward)), 1, 1e-9);
  EXPECT_NEAR(ending_slope(theory_points(result.curves[0], Quantity::kBytes)), 1, 1e-9);
}

TEST(Scaling, CountsWithoutMeasuring) {
  ScalingSettings settings = small_settings();
  const ScalingResult measured = measure_scaling(settings, show_all);
  settings.timed = false;
  const ScalingResult counted = measure_scaling(settings, show_all);
  EXPECT_TRUE(counted.finished);
  for (size_t curve = 0; curve < 2; ++curve) {
    ASSERT_EQ(counted.curves[curve].points.size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
      const ScalingPoint &one = counted.curves[curve].points[i], &other = measured.curves[curve].points[i];
      EXPECT_EQ(one.tokens, other.tokens);
      EXPECT_EQ(one.multiply_adds, other.multiply_adds);
      EXPECT_EQ(one.pairs, other.pairs);
      EXPECT_EQ(one.cost.bytes, other.cost.bytes);
    }
    EXPECT_TRUE(curve_points(counted.curves[curve], Quantity::kForward).empty());
  }
  EXPECT_EQ(counted.curves[0].points.back().pairs, 256 * 256);
  EXPECT_EQ(crossover_sentence(counted.curves[1], counted.curves[0], Quantity::kMultiplyAdds),
            "Block 16 is cheaper than Dense in the whole range.");
}

TEST(Scaling, LeavesOutWhatDoesNotFitOrTakesTooLong) {
  ScalingSettings settings = small_settings(1024);
  settings.subjects.push_back(kept_map_subject());
  settings.memory = 4 << 20;
  const ScalingCurve kept = measure_scaling(settings, show_all).curves.back();
  ASSERT_FALSE(kept.points.empty());
  ASSERT_FALSE(kept.left_out.empty());
  EXPECT_EQ(kept.left_out.back().tokens, 1024);
  EXPECT_NE(kept.left_out.back().why.find("8.4 MB"), std::string::npos) << kept.left_out.back().why;

  settings = small_settings();
  settings.longest_run_seconds = 0;
  for (const ScalingCurve& curve : measure_scaling(settings, show_all).curves) {
    EXPECT_EQ(curve.points.size(), 1u);  // the first cannot be foretold
    EXPECT_EQ(curve.left_out.size(), 2u);
  }
}

TEST(Scaling, StopsWhenAsked) {
  int reports = 0;
  const ScalingResult result = measure_scaling(small_settings(), [&](const ScalingResult&) { return ++reports < 4; });
  EXPECT_TRUE(result.stopped);
  EXPECT_FALSE(result.finished);
  EXPECT_EQ(result.curves[0].points.size() + result.curves[1].points.size(), 2u);
}

TEST(Scaling, RefusesWhatCannotBeMeasured) {
  ScalingSettings settings = small_settings();
  settings.subjects.clear();
  EXPECT_THROW(measure_scaling(settings, show_all), Error);
  settings = small_settings();
  settings.shortest = 0;
  EXPECT_THROW(measure_scaling(settings, show_all), Error);
}

TEST(Scaling, SaysWhereOneCurveOvertakesAnother) {
  const ScalingCurve steep = made_up("Dense", {1, 4, 16}), flat = made_up("Local ±1", {2, 4, 8});
  EXPECT_EQ(crossover_sentence(flat, steep, Quantity::kForward), "Local ±1 overtakes Dense from n = 128 here.");
  EXPECT_EQ(crossover_sentence(steep, flat, Quantity::kForward), "Dense never overtakes Local ±1 in this range.");
  EXPECT_EQ(crossover_sentence(made_up("Block 2", {0.5, 1, 2}), steep, Quantity::kForwardBackward),
            "Block 2 is faster than Dense in the whole range.");
  EXPECT_EQ(crossover_sentence(made_up("Block 2", {1}), steep, Quantity::kForward), "");
  ScalingResult result;
  result.curves = {flat, steep, made_up("Stopped early", {1})};
  EXPECT_EQ(costliest(result, Quantity::kForward), 0);  // at 64, where all have a point
  result.curves.pop_back();
  EXPECT_EQ(costliest(result, Quantity::kForward), 1);
}

TEST(ScalingJob, RunsByItselfAndStops) {
  std::atomic<int> published = 0;
  ScalingJob job(small_settings(), [&] { ++published; });
  while (!ended(*job.latest())) std::this_thread::yield();
  EXPECT_TRUE(job.latest()->finished);
  EXPECT_GE(published, 7);

  ScalingSettings endless = small_settings();
  endless.milliseconds = 1e9;
  ScalingJob stopped(endless);
  stopped.stop();
  while (!ended(*stopped.latest())) std::this_thread::yield();
  EXPECT_TRUE(stopped.latest()->stopped);
}

TEST(ScalingJob, TroubleIsASentence) {
  ScalingSettings settings = small_settings();
  settings.subjects.clear();
  ScalingJob job(settings);
  while (!ended(*job.latest())) std::this_thread::yield();
  EXPECT_NE(job.latest()->trouble, "");
}

}  // namespace
}  // namespace lab
