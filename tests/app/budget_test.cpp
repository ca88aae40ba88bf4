// The Budget page: points that are pinned, labels that do not overlap, a sweep while training pauses.

#include <gtest/gtest.h>

#include <thread>

#include "app/panels/cost/budget_control.h"
#include "app/panels/cost/scaling_control.h"
#include "app/panels/keys.h"
#include "app/widgets/scatter_plot.h"
#include "core/train/sweep_file.h"
#include "tests/app/panel_driver.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/train/small_data.h"

namespace lab::testing {
namespace {

void hit(PanelDriver& lab, const char* key) { press(key, lab.snapshot, lab.view, lab.commands); }

/// A snapshot of an experiment that trains in a moment.
Snapshot small_snapshot() {
  Snapshot snapshot = sample_snapshot(2);
  snapshot.data = small_data();
  snapshot.experiment.model = {.width = 8, .heads = 2, .layers = 1, .mlp = 8, .patch = 4, .dropout = 0};
  snapshot.experiment.lanes = {parse_lane("dense"), parse_lane("block:block=1")};
  snapshot.experiment.batch = 64;
  snapshot.phase = Phase::kRunning;
  return snapshot;
}

void wait_for(PanelDriver& lab, const std::function<bool()>& so) {
  while (!so()) {
    lab.frames(1);
    std::this_thread::yield();
  }
  lab.frames(2);
}

TEST(ScatterPlot, LabelsCoverNothing) {
  const Box frame = {{0, 0}, {300, 200}};
  std::vector<ImVec2> points, sizes;
  for (int i = 0; i < 12; ++i)
    points.push_back({40.0f + 20 * (i % 6), 60.0f + 18 * (i / 6)}), sizes.push_back({70, 13});
  const std::vector<Box> boxes = place_labels(points, sizes, frame, 5);
  int placed = 0;
  for (size_t i = 0; i < boxes.size(); ++i) {
    if (boxes[i].high.x <= boxes[i].low.x) continue;
    ++placed;
    EXPECT_TRUE(boxes[i].low.x >= 0 && boxes[i].high.x <= 300 && boxes[i].low.y >= 0 && boxes[i].high.y <= 200);
    for (size_t j = 0; j < i; ++j) EXPECT_FALSE(boxes[i].overlaps(boxes[j])) << i << ", " << j;
    for (const ImVec2& p : points) EXPECT_FALSE(boxes[i].overlaps({{p.x - 5, p.y - 5}, {p.x + 5, p.y + 5}})) << i;
  }
  EXPECT_GE(placed, 4);
}

TEST(BudgetPage, PinsTheLanesAndClearsThem) {
  PanelDriver lab(sample_snapshot(3));
  hit(lab, "P");
  EXPECT_EQ(lab.view.page, Page::kBudget);
  ASSERT_EQ(lab.view.budget.pinned.size(), 3u);
  EXPECT_EQ(lab.view.budget.pinned[1].step, lab.snapshot.step);
  EXPECT_EQ(lab.view.budget.pinned[1].accuracy, lab.snapshot.lanes[1].last_test_accuracy);
  hit(lab, "F"), hit(lab, "U");
  EXPECT_EQ(lab.view.budget.price, Price::kTime);
  EXPECT_TRUE(lab.view.budget.loss);
  hit(lab, "F"), hit(lab, "F");
  EXPECT_EQ(lab.view.budget.price, Price::kMultiplyAdds);
  hit(lab, "Ctrl+P");
  EXPECT_TRUE(lab.view.budget.pinned.empty());
}

TEST(BudgetPage, ItsChipsWorkByMouse) {
  PanelDriver lab(sample_snapshot(3));
  lab.view.page = Page::kBudget;
  lab.frames(2);
  ASSERT_TRUE(lab.find(
      [&] {
        lab.click();
        return !lab.view.budget.pinned.empty();
      },
      {270, 105}, 12));
  EXPECT_EQ(lab.view.budget.pinned.size(), 3u);
}

TEST(BudgetPage, SweepsWhileTrainingPauses) {
  PanelDriver lab(small_snapshot());
  lab.view.budget.ways = {"local:window=1", "dense"};
  lab.view.budget.seeds = 2;
  lab.view.budget.steps = 4;
  hit(lab, "B");
  EXPECT_TRUE(lab.asked<command::Pause>());
  lab.frames(3);
  lab.snapshot.phase = Phase::kPaused;
  wait_for(lab, [&] { return !sweeping(lab.view.budget); });
  EXPECT_TRUE(lab.asked<command::Play>());
  const auto shown = lab.view.budget.sweep->latest();
  EXPECT_EQ(shown->progress.share, 1);
  EXPECT_EQ(shown->progress.results.size(), 6u);  // dense is a lane already
  EXPECT_EQ(sweep_means(shown->sweep, shown->progress.results).size(), 3u);
  EXPECT_EQ(lab.view.trouble, "");
}

TEST(BudgetPage, ASweepPausesAndStops) {
  PanelDriver lab(small_snapshot());
  lab.snapshot.phase = Phase::kPaused;
  lab.view.budget.steps = 1000000;
  hit(lab, "B");
  wait_for(lab, [&] { return lab.view.budget.sweep->latest()->progress.share > 0; });
  hit(lab, "B");
  EXPECT_TRUE(lab.view.budget.paused);
  lab.frames(2);
  EXPECT_TRUE(sweeping(lab.view.budget));
  hit(lab, "D");
  wait_for(lab, [&] { return !sweeping(lab.view.budget); });
  EXPECT_LT(lab.view.budget.sweep->latest()->progress.share, 1);
  EXPECT_FALSE(lab.asked<command::Play>());
}

// As after closing the window: another view finds what there is, and trains the rest to the same results.
TEST(BudgetPage, ASweepSurvivesTheWindow) {
  const TemporaryFolder folder;
  const auto configure = [&](PanelDriver& lab) {
    lab.snapshot.phase = Phase::kPaused;
    lab.view.budget.folder = folder.path("sweeps");
    lab.view.budget.seeds = 3;
    lab.view.budget.steps = 3;
  };
  PanelDriver first(small_snapshot());
  configure(first);
  hit(first, "B");
  wait_for(first, [&] { return !sweeping(first.view.budget); });
  const auto all = shown_sweep(first.view.budget)->progress.results;
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(load_saved_sweep(first.view.budget.file).results, all);
  // As if it had been closed after the first seed.
  save_sweep_results(shown_sweep(first.view.budget)->sweep, std::span(all).first(2), first.view.budget.file);

  PanelDriver second(small_snapshot());
  configure(second);
  find_sweep(second.view);
  EXPECT_EQ(second.view.trouble, "");
  ASSERT_TRUE(shown_sweep(second.view.budget));
  EXPECT_EQ(shown_sweep(second.view.budget)->progress.results.size(), 2u);
  hit(second, "Ctrl+E");
  ASSERT_TRUE(second.view.budget.sweep);
  wait_for(second, [&] { return !sweeping(second.view.budget); });
  const auto now = load_saved_sweep(second.view.budget.file).results;
  ASSERT_EQ(now.size(), 6u);
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(now[i].setting, all[i].setting);
    EXPECT_EQ(now[i].loss, all[i].loss);
  }
  hit(second, "Ctrl+E");  // nothing is left
  EXPECT_FALSE(sweeping(second.view.budget));
}

TEST(BudgetPage, ABrokenFileIsSaidAndASweepWithoutAPlaceRuns) {
  const TemporaryFolder folder;
  folder.write("2026-01-01 00.00.00.results.json", "{");
  PanelDriver lab(small_snapshot());
  lab.snapshot.phase = Phase::kPaused;
  lab.view.budget.folder = folder.path();
  find_sweep(lab.view);
  EXPECT_NE(lab.view.trouble.find("2026-01-01"), std::string::npos);
  EXPECT_FALSE(shown_sweep(lab.view.budget));
  lab.view.budget.folder = folder.write("file", "") + "/sweeps";
  lab.view.budget.seeds = lab.view.budget.steps = 1;
  hit(lab, "B");
  EXPECT_TRUE(lab.view.trouble.starts_with("The sweep is not kept."));
  wait_for(lab, [&] { return !sweeping(lab.view.budget); });
  EXPECT_EQ(shown_sweep(lab.view.budget)->progress.results.size(), 2u);
}

TEST(BudgetPage, SweepAndMeasurementWaitForEachOther) {
  PanelDriver lab(small_snapshot());
  lab.snapshot.phase = Phase::kPaused;
  lab.view.budget.steps = 1000000;
  lab.view.scaling.range.milliseconds = 1e9;
  hit(lab, "B");
  hit(lab, "V");
  EXPECT_FALSE(measuring(lab.view.scaling));
  EXPECT_TRUE(lab.view.trouble.starts_with("A sweep is training"));
  hit(lab, "B");  // pauses it
  hit(lab, "V");
  EXPECT_TRUE(measuring(lab.view.scaling));
  lab.view.trouble.clear();
  hit(lab, "B");
  EXPECT_TRUE(lab.view.budget.paused);
  EXPECT_TRUE(lab.view.trouble.starts_with("The Scaling page is measuring"));
  hit(lab, "V");
  wait_for(lab, [&] { return !measuring(lab.view.scaling); });
  hit(lab, "B");
  EXPECT_FALSE(lab.view.budget.paused);
  hit(lab, "D");
  wait_for(lab, [&] { return !sweeping(lab.view.budget); });
}

TEST(BudgetPage, EveryKnownWayIsOne) {
  for (const char* way : known_ways()) EXPECT_EQ(text(parse_lane(way)), way);
}

}  // namespace
}  // namespace lab::testing
