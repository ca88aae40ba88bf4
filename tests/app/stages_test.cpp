// The Stages page: asks for what it shows while it is open, draws at every size, and writes a pointed cell out.

#include <gtest/gtest.h>

#include "app/panels/stage_sums.h"
#include "app/widgets/text.h"
#include "core/train/live_run.h"
#include "tests/app/panel_driver.h"

namespace lab::testing {
namespace {

Snapshot live_snapshot(const char* lane) {
  Experiment experiment;
  experiment.task = "shapes";
  experiment.lanes = {parse_lane(lane)};
  LiveRun run(experiment);
  run.apply(command::ShowStages{{0, 1, 2}});
  return *run.snapshot();
}

TEST(StagesPage, AsksWhileItIsOpenOnly) {
  PanelDriver lab(sample_snapshot());
  lab.frames(2);
  EXPECT_FALSE(lab.asked<command::ShowStages>());
  lab.view.page = Page::kStages;
  lab.frames(2);
  ASSERT_TRUE(lab.asked<command::ShowStages>());
  EXPECT_EQ(lab.commands.take().size(), 1u) << "asked once";
  lab.view.page = Page::kLanes;
  lab.frames(2);
  ASSERT_TRUE(lab.asked<command::ShowStages>());
  EXPECT_EQ(std::get<command::ShowStages>(lab.commands.waiting().back()).place.lane, -1);
}

TEST(StagesPage, DrawsAtEverySizeAndScore) {
  for (const char* lane : {"dense", "local:window=1,score=cosine", "block:block=3,score=additive"})
    for (const ImVec2 size : {ImVec2{640, 480}, ImVec2{1280, 800}, ImVec2{1920, 1080}}) {
      PanelDriver lab(live_snapshot(lane), size.x, size.y);
      lab.view.page = Page::kStages;
      lab.frames(1);
      const int query = resolve(lab.view.selection, lab.snapshot).query;
      lab.frames(2);
      EXPECT_EQ(lab.view.stages.cell.query, query) << "the chosen query's sums are written out from the start";
      EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 1000);
    }
}

TEST(StagesPage, PointingAtThePicturesChoosesTheCell) {
  PanelDriver lab(live_snapshot("local:window=1"));
  lab.view.page = Page::kStages;
  lab.frames(2);
  const StageCell& cell = lab.view.stages.cell;
  EXPECT_TRUE(lab.find([&] { return cell.query == 40 && cell.key == 41; }, {20, 300}, 3));  // scores or weights
  EXPECT_TRUE(lab.find([&] { return cell.number == 9; }, {20, 200}));                       // Q, K, V or what they give
}

TEST(StagesPage, SumsEndInTheKernelsNumbers) {
  const AttentionStages stages = live_snapshot("local:window=1").stages.stages;
  ASSERT_EQ(stages.queries, 50);
  const StageCell pair = {10, 11, 3}, absent = {10, 40, 3};
  const auto number = [&](const std::vector<float>& m, int columns, int row, int column) {
    return " = " + brief(m[static_cast<size_t>(row) * columns + column]);
  };
  EXPECT_TRUE(score_sum(stages, pair).ends_with(number(stages.scores, 50, 10, 11)));
  EXPECT_TRUE(softmax_sum(stages, pair).ends_with(number(stages.weights, 50, 10, 11)));
  EXPECT_TRUE(mix_sum(stages, pair).ends_with(number(stages.out, stages.head_width, 10, 3)));
  EXPECT_NE(score_sum(stages, absent).find("no such pair"), std::string::npos);
  EXPECT_NE(softmax_sum(stages, absent).find("no such pair"), std::string::npos);
  EXPECT_NE(score_sum(live_snapshot("dense:score=additive").stages.stages, pair).find("tanh("), std::string::npos);
}

TEST(StagesPage, SumsAreWrittenTermByTerm) {
  AttentionStages s;
  s.queries = 1, s.keys = 2, s.score_width = 2, s.head_width = 1, s.scale = 0.5f;
  s.q = {1, -2}, s.k = {3, 4, 0, 0.5f}, s.v = {10, -20};
  s.scores = {-2.5f, -0.5f}, s.weights = {0.119f, 0.881f}, s.out = {-16.43f};
  EXPECT_EQ(score_sum(s, {0, 0, 0}), "0.5 · (1·3 + (-2)·4) = -2.5");
  EXPECT_EQ(softmax_sum(s, {0, 0, 0}), "e^(-2.5 − (-0.5)) / 1.14 = 0.119");
  EXPECT_EQ(mix_sum(s, {0, 0, 0}), "0.881·(-20) + 0.119·10 = -16.4");
}

}  // namespace
}  // namespace lab::testing
