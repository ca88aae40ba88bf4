// The Scaling page: training pauses, curves appear, training goes on.

#include <gtest/gtest.h>

#include <thread>

#include "app/panels/cost/scaling_control.h"
#include "app/panels/keys.h"
#include "tests/app/panel_driver.h"

namespace lab::testing {
namespace {

ScalingSettings short_range() {
  ScalingSettings range;
  range.longest = 256;
  range.milliseconds = 0;
  return range;
}

void hit(PanelDriver& lab, const char* key) { press(key, lab.snapshot, lab.view, lab.commands); }

void wait_for(PanelDriver& lab) {
  while (measuring(lab.view.scaling)) {
    lab.frames(1);
    std::this_thread::yield();
  }
  lab.frames(2);
}

/// Of a page that has nothing to show: no length can be counted.
int vertices_of_nothing() {
  PanelDriver lab(sample_snapshot(2));
  lab.view.page = Page::kScaling;
  lab.view.scaling.range.shortest = 0;
  do lab.frames(1);
  while (!scaling_result(lab.view.scaling) || !ended(*scaling_result(lab.view.scaling)));
  lab.frames(2);
  return ImGui::GetDrawData()->TotalVtxCount;
}

TEST(ScalingPage, PausesTrainingMeasuresAndLetsItGoOn) {
  const int empty = vertices_of_nothing();
  PanelDriver lab(sample_snapshot(2));
  lab.view.scaling.range = short_range();
  lab.snapshot.phase = Phase::kRunning;
  hit(lab, "V");
  EXPECT_EQ(lab.view.page, Page::kScaling);
  EXPECT_TRUE(lab.asked<command::Pause>());
  lab.frames(3);
  EXPECT_EQ(lab.view.scaling.job, nullptr);  // training still runs
  lab.snapshot.phase = Phase::kPaused;
  lab.frames(1);
  wait_for(lab);
  EXPECT_TRUE(lab.asked<command::Play>());
  const ScalingResultPtr result = scaling_result(lab.view.scaling);
  ASSERT_TRUE(result && result->finished);
  EXPECT_EQ(result->curves.size(), 3u);  // two lanes and linear attention
  EXPECT_FALSE(lab.view.scaling.disturbed);
  for (int i = 0; i < 4; ++i) {
    lab.frames(2);
    EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, empty + 500);
    hit(lab, "Q");
  }
  EXPECT_EQ(lab.view.scaling.quantity, Quantity::kForward);
}

TEST(ScalingPage, CountsTheLanesBeforeAnythingIsMeasured) {
  PanelDriver lab(sample_snapshot(2));
  lab.view.scaling.range = short_range();
  lab.snapshot.phase = Phase::kRunning;
  const auto counted = [&](size_t curves) {
    for (;; std::this_thread::yield()) {
      lab.frames(1);
      const ScalingResultPtr result = scaling_result(lab.view.scaling);
      if (result && ended(*result) && result->curves.size() == curves) return result;
    }
  };
  lab.view.page = Page::kScaling;
  const ScalingResultPtr before = counted(3);  // two lanes and linear attention
  EXPECT_FALSE(before->settings.timed);
  EXPECT_FALSE(lab.asked<command::Pause>());
  const int drawn = ImGui::GetDrawData()->TotalVtxCount;
  hit(lab, "Q");
  lab.frames(2);
  EXPECT_LT(ImGui::GetDrawData()->TotalVtxCount, drawn) << "times are not counted";
  hit(lab, "I");
  counted(2);
  lab.snapshot.experiment.lanes.pop_back();
  counted(1);
}

TEST(ScalingPage, StopsAndTellsWhoDisturbedIt) {
  PanelDriver lab(sample_snapshot(1));
  lab.view.scaling.range = short_range();
  lab.view.scaling.range.milliseconds = 1e9;
  hit(lab, "I"), hit(lab, "Ctrl+I"), hit(lab, "Y"), hit(lab, "V");
  lab.frames(2);
  lab.snapshot.phase = Phase::kRunning;
  lab.frames(2);
  hit(lab, "V");
  wait_for(lab);
  EXPECT_TRUE(lab.view.scaling.disturbed);
  EXPECT_TRUE(scaling_result(lab.view.scaling)->stopped);
  EXPECT_EQ(scaling_result(lab.view.scaling)->curves.size(), 3u);  // a lane, hierarchical attention and a map
  EXPECT_FALSE(lab.asked<command::Play>());
}

TEST(ScalingPage, MeasuresAtTheMouse) {
  PanelDriver lab(sample_snapshot(2));
  lab.view.scaling.range = short_range();
  hit(lab, "V");
  lab.frames(1);
  wait_for(lab);
  const PlotView& plot = lab.view.scaling.plot;
  ASSERT_TRUE(lab.find([&] { return plot.next_hovered == 128; }, {300, 220}, 23));  // exactly: the nearest point
}

}  // namespace
}  // namespace lab::testing
