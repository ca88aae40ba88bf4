// The Explain page: asks for what it shows while it is open, keeps up with the run, draws at every size, and shows what
// is removed where the mouse is in the plot.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/live/live_run.h"
#include "tests/app/panel_driver.h"

namespace lab::testing {
namespace {

Experiment shapes(const char* lane) {
  Experiment experiment;
  experiment.task = "shapes";
  experiment.lanes = {parse_lane(lane), parse_lane("dense")};
  return experiment;
}

Snapshot explained(const char* lane) {
  LiveRun run(shapes(lane));
  run.apply(command::Explain{0});
  return *run.snapshot();
}

TEST(ExplainPage, AsksWhileItIsOpenOnly) {
  PanelDriver lab(sample_snapshot());
  lab.frames(2);
  EXPECT_FALSE(lab.asked<command::Explain>());
  lab.view.page = Page::kExplain;
  lab.view.selection.lane = 1;
  lab.frames(2);
  ASSERT_TRUE(lab.asked<command::Explain>());
  EXPECT_EQ(std::get<command::Explain>(lab.commands.waiting().back()).lane, 1);
  EXPECT_EQ(lab.commands.take().size(), 1u) << "asked once";
  lab.view.page = Page::kLanes;
  lab.frames(2);
  ASSERT_TRUE(lab.asked<command::Explain>());
  EXPECT_EQ(std::get<command::Explain>(lab.commands.waiting().back()).lane, -1);
}

TEST(ExplainPage, FollowsTheRun) {
  LiveRun run(shapes("local:window=1"));
  EXPECT_EQ(run.snapshot()->explanation.lane, -1);
  run.apply(command::Explain{1});
  const auto first = run.snapshot();
  EXPECT_EQ(first->explanation.lane, 1);
  const std::vector<float>& p = first->lanes[1].probabilities;
  EXPECT_EQ(first->explanation.explanation.answer, std::max_element(p.begin(), p.end()) - p.begin());
  run.advance();
  const auto second = run.snapshot();  // paused: at once
  EXPECT_EQ(second->explanation.step, 1);
  EXPECT_NE(second->explanation.explanation.by_layer, first->explanation.explanation.by_layer);
  run.apply(command::SetProbe{5});
  EXPECT_NE(run.snapshot()->explanation.explanation.by_layer, second->explanation.explanation.by_layer);
  run.apply(command::Explain{7});
  EXPECT_EQ(run.snapshot()->explanation.lane, -1) << "no such lane";
}

TEST(ExplainPage, DrawsAtEverySize) {
  for (const char* lane : {"dense", "local:window=1,score=cosine", "dense:strategy=linear"})
    for (const ImVec2 size : {ImVec2{420, 300}, ImVec2{640, 480}, ImVec2{1280, 800}, ImVec2{3840, 2160}}) {
      PanelDriver lab(explained(lane), size.x, size.y);
      lab.view.page = Page::kExplain;
      lab.frames(3);
      EXPECT_EQ(lab.view.explain.textures.size(), size_t{kExplanationWays});
      EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 1000);
    }
}

TEST(ExplainPage, ThePicturesShowWhatIsRemovedUnderTheMouse) {
  PanelDriver lab(explained("dense"));
  lab.view.page = Page::kExplain;
  lab.frames(3);
  EXPECT_EQ(lab.view.explain.painted.removed, 0);
  EXPECT_TRUE(lab.find([&] { return lab.view.explain.painted.removed == 5; }, {40, 500}));
}

}  // namespace
}  // namespace lab::testing
