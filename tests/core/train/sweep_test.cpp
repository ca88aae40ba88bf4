// Sweeps: the Pareto front, spreads, files, and that a killed sweep goes on to the same results.

#include "core/train/sweep.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/train/sweep_file.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/train/small_data.h"

namespace lab {
namespace {

Sweep small_sweep() {
  Sweep sweep;
  sweep.base.model = {.width = 8, .heads = 2, .layers = 1, .mlp = 8, .patch = 4, .dropout = 0};
  sweep.base.batch = 16;
  for (const char* setting : {"dense", "local:window=1", "block:block=1", "block:block=2", "dense:score=cosine"})
    sweep.settings.push_back(parse_lane(setting));
  sweep.seeds = {3, 4};
  sweep.steps = 6;
  return sweep;
}

bool to_the_end(const SweepProgress&) { return true; }

/// What is measured differs from run to run; everything else must not.
std::vector<SweepResult> without_times(std::vector<SweepResult> results) {
  for (SweepResult& result : results) result.step_ms = 0;
  return results;
}

std::string refusal(const std::string& json) {
  try {
    sweep_from_json(json, "sweep.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ParetoFront, KeepsWhatNothingBeats) {
  const std::vector<TradeOff> all = {{1, 0.5}, {2, 0.8}, {2, 0.7}, {3, 0.8}, {4, 0.9}, {4, 0.9}, {0.5, std::nan("")}};
  EXPECT_EQ(pareto_front(all), (std::vector<bool>{true, true, false, false, true, true, false}));
  EXPECT_TRUE(pareto_front({}).empty());
}

TEST(Spread, IsTheDeviationOfASample) {
  const std::vector<double> values = {2, 4, 4, 4, 5, 5, 7, 9};
  EXPECT_DOUBLE_EQ(spread_of(values).mean, 5);
  EXPECT_NEAR(spread_of(values).deviation, std::sqrt(32.0 / 7), 1e-14);
  EXPECT_EQ(spread_of(std::vector<double>{3}).deviation, 0);
  EXPECT_EQ(spread_of({}).mean, 0);
  EXPECT_EQ(median_of({5, 1, 3}), 3);
}

TEST(Sweep, TrainsEverySettingFromEverySeed) {
  const Sweep sweep = small_sweep();
  double share = 0;
  const auto report = [&](const SweepProgress& progress) {
    EXPECT_GE(progress.share, share);
    share = progress.share;
    return true;
  };
  const std::vector<SweepResult> results = run_sweep(sweep, small_data(), {}, report);
  EXPECT_EQ(share, 1);
  ASSERT_EQ(results.size(), 10u);
  for (const SweepResult& result : results) {
    EXPECT_EQ(result.steps, 6);
    EXPECT_TRUE(result.accuracy > 0 && result.loss > 0 && result.multiply_adds > 0 && result.step_ms > 0);
  }
  const std::vector<SweepMean> means = sweep_means(sweep, results);
  ASSERT_EQ(means.size(), 5u);
  EXPECT_EQ(means[1].runs, 2);
  EXPECT_NEAR(means[0].loss.mean, (results[0].loss + results[5].loss) / 2, 1e-12);
  EXPECT_GT(means[0].loss.deviation, 0);
  EXPECT_LT(means[2].multiply_adds, means[0].multiply_adds);
}

TEST(Sweep, ResultsDoNotDependOnTheOthersOfTheirRound) {
  Sweep alone = small_sweep(), all = small_sweep();
  alone.settings = {all.settings[3]};
  alone.seeds = all.seeds = {4};
  const auto one = without_times(run_sweep(alone, small_data(), {}, to_the_end));
  EXPECT_EQ(one[0], without_times(run_sweep(all, small_data(), {}, to_the_end))[3]);
}

TEST(Sweep, KilledAndResumedItEqualsAnUninterruptedOne) {
  const TemporaryFolder folder;
  const std::string path = folder.path("results.json");
  const Sweep sweep = small_sweep();
  const auto whole = without_times(run_sweep(sweep, small_data(), {}, to_the_end));
  int reports = 0;
  run_sweep(sweep, small_data(), {}, [&](const SweepProgress& progress) {
    save_sweep_results(sweep, progress.results, path);
    return ++reports < 9;  // in the middle of the second round
  });
  const std::vector<SweepResult> part = load_sweep_results(sweep, path);
  EXPECT_EQ(part.size(), 4u);
  EXPECT_EQ(without_times(run_sweep(sweep, small_data(), part, to_the_end)), whole);
  Sweep other = sweep;
  other.steps = 7;
  EXPECT_THROW(load_sweep_results(other, path), Error);
}

TEST(Sweep, SurvivesItsFile) {
  const Sweep sweep = small_sweep();
  EXPECT_EQ(sweep_from_json(to_json(sweep), "sweep.json"), sweep);
}

TEST(Sweep, RefusesWhatMakesNoSense) {
  EXPECT_EQ(refusal(R"({"settings": ["dense"]})"), "");
  EXPECT_NE(refusal(R"({"settings": ["dense"], "epoch": 1})").find("\"epoch\" is not known"), std::string::npos);
  EXPECT_NE(refusal(R"({"settings": ["dense", "dense"]})").find("twice"), std::string::npos);
  EXPECT_NE(refusal(R"({"settings": ["dense"], "settings": ["dense"]})").find("twice"), std::string::npos);
  for (const char* wrong :
       {R"([])", R"({)", R"({"seeds": [1]})", R"({"settings": []})", R"({"settings": "dense"})", R"({"settings": [1]})",
        R"({"settings": ["loud"]})", R"({"settings": ["local:window=-1"]})", R"({"settings": ["dense"], "seeds": []})",
        R"({"settings": ["dense"], "seeds": [-1]})", R"({"settings": ["dense"], "seeds": [1, 1]})",
        R"({"settings": ["dense"], "epochs": 0})", R"({"settings": ["dense"], "epochs": 1.5})",
        R"({"settings": ["dense"], "steps": 9999999999})", R"({"settings": ["dense"], "steps": -1})",
        R"({"settings": ["dense"], "experiment": {"lanes": []}})", R"({"settings": ["dense"], "experiment": {"width": 1}})",
        R"({"settings": ["dense"], "experiment": 3})", R"({"settings": ["dense"], "experiment": {"task": "chess"}})"})
    EXPECT_NE(refusal(wrong), "") << wrong;
}

}  // namespace
}  // namespace lab
