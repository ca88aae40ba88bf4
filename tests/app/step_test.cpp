// The Step page: asks for what it shows while it is open, walks through the stages by keys, keeps its place between
// lanes and steps, and lights numbers and cells both ways.

#include "app/panels/step/step.h"

#include <gtest/gtest.h>

#include <set>

#include "app/panels/keys.h"
#include "app/panels/step/glossary.h"
#include "app/panels/step/step_scene.h"
#include "core/live/live_run.h"
#include "tests/app/panel_driver.h"

namespace lab::testing {
namespace {

Experiment shapes(std::initializer_list<const char*> lanes) {
  Experiment experiment;
  experiment.task = "shapes";
  experiment.model.width = 32;
  experiment.model.heads = 2;
  experiment.batch = 8;
  experiment.lanes.clear();
  for (const char* lane : lanes) experiment.lanes.push_back(parse_lane(lane));
  return experiment;
}

Snapshot opened(std::initializer_list<const char*> lanes, int steps = 1) {
  LiveRun run(shapes(lanes));
  run.apply(command::ShowStep{2});
  for (int step = 0; step < steps; ++step) run.apply(command::StepBatch{});
  return *run.snapshot();
}

void open_stage(PanelDriver& lab, const char* title, StepDepth depth = StepDepth::kArithmetic) {
  lab.view.page = Page::kStep;
  lab.view.step.depth = depth;
  lab.view.step.stage = 0;
  lab.view.step.group = "Layer 1";
  lab.view.step.title = title;
  lab.frames(3);
  ASSERT_EQ(lab.view.step.title, title);
}

void key(PanelDriver& lab, const char* name) {
  press(name, lab.snapshot, lab.view, lab.commands);
  lab.frames(2);
}

TEST(StepPage, AsksWhileItIsOpenOnly) {
  PanelDriver lab(sample_snapshot());
  lab.frames(2);
  EXPECT_FALSE(lab.asked<command::ShowStep>());
  lab.view.page = Page::kStep;
  lab.frames(2);
  ASSERT_TRUE(lab.asked<command::ShowStep>());
  EXPECT_EQ(lab.commands.take().size(), 1u) << "asked once";
  lab.view.page = Page::kLanes;
  lab.frames(2);
  ASSERT_TRUE(lab.asked<command::ShowStep>());
  EXPECT_EQ(std::get<command::ShowStep>(lab.commands.waiting().back()).slot, -1);
}

TEST(StepPage, ARestingRunShowsTheStepThatComesNextAndTakesItAsItWas) {
  LiveRun run(shapes({"dense"}));
  run.apply(command::ShowStep{2});
  const auto before = run.snapshot();
  ASSERT_EQ(before->opened.size(), 1u);
  ASSERT_TRUE(before->opened[0]);
  EXPECT_TRUE(before->opened[0]->ahead);
  EXPECT_EQ(before->opened[0]->step, 1);
  EXPECT_EQ(before->step, 0);
  run.apply(command::StepBatch{});
  const auto after = run.snapshot();
  EXPECT_FALSE(after->opened[0]->ahead);
  EXPECT_EQ(after->opened[0]->step, 1);
  EXPECT_EQ(after->opened[0]->update.after, before->opened[0]->update.after);
  run.apply(command::ShowStep{-1});
  EXPECT_TRUE(run.snapshot()->opened.empty());
}

TEST(StepPage, DrawsEveryStageAtEveryDepth) {
  PanelDriver lab(opened({"local:window=1", "dense:score=additive"}));
  lab.view.page = Page::kStep;
  lab.frames(2);
  const size_t count = list_stages(*lab.snapshot.opened[0]).size();
  for (const StepDepth depth : {StepDepth::kFlow, StepDepth::kMatrix, StepDepth::kArithmetic}) {
    lab.view.step.depth = depth;
    for (size_t stage = 0; stage < count; ++stage) {
      lab.view.step.stage = static_cast<int>(stage);
      lab.view.step.title.clear();
      lab.frames(1);
      EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 1000);
    }
  }
  for (const ImVec2 size : {ImVec2{640, 480}, ImVec2{1920, 1080}}) {
    PanelDriver other(lab.snapshot, size.x, size.y);
    open_stage(other, "Softmax");
    EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 1000);
  }
}

TEST(StepPage, NumbersStandInCellsThatHaveRoomForThem) {
  Experiment texts = shapes({"dense"});
  texts.task = "sentences";
  LiveRun run(texts);
  run.apply(command::ShowStep{2});
  run.apply(command::StepBatch{});
  const auto vertices = [&](float width, float height) {
    PanelDriver lab(*run.snapshot(), width, height);
    open_stage(lab, "Softmax", StepDepth::kMatrix);
    return ImGui::GetDrawData()->TotalVtxCount;
  };
  const auto tokens = static_cast<int>(run.snapshot()->opened[0]->tokens.size());
  const int glyphs = 4, matrices = 2;  // "0.12"
  EXPECT_GT(vertices(1280, 800) - vertices(640, 800), matrices * tokens * tokens * glyphs * 4 * 3 / 4);
}

TEST(StepPage, KeysWalkThroughTheStages) {
  PanelDriver lab(opened({"dense"}));
  lab.view.page = Page::kStep;
  lab.frames(2);
  EXPECT_EQ(lab.view.step.title, "Pixels");
  key(lab, "↓");
  EXPECT_EQ(lab.view.step.title, "Patches");
  key(lab, "↓");
  EXPECT_EQ(lab.view.step.title, "Embedding");
  key(lab, "←");
  key(lab, "↑");
  EXPECT_EQ(lab.view.step.title, "Pixels");
  key(lab, "Enter");
  EXPECT_EQ(lab.view.step.depth, StepDepth::kMatrix);
  key(lab, "Enter");
  key(lab, "Enter");
  EXPECT_EQ(lab.view.step.depth, StepDepth::kArithmetic);
  key(lab, "Esc");
  key(lab, "Esc");
  EXPECT_EQ(lab.view.step.depth, StepDepth::kFlow);
  key(lab, "Esc");
  EXPECT_EQ(lab.view.page, Page::kStep);
  EXPECT_FALSE(lab.view.quit);
  lab.commands.take();
  key(lab, "→");
  EXPECT_TRUE(lab.asked<command::StepBatch>());
  key(lab, "]");
  EXPECT_EQ(lab.view.step.slot, 1);
  EXPECT_TRUE(lab.asked<command::ShowStep>());
  open_stage(lab, "Softmax");
  key(lab, "L");
  EXPECT_EQ(lab.view.step.group, "Layer 2");
  EXPECT_EQ(lab.view.step.title, "Softmax");
}

TEST(StepPage, LanesAreComparedAtTheSameStage) {
  PanelDriver lab(opened({"dense", "dense:strategy=top_k,k=4"}));
  open_stage(lab, "Softmax");
  const int before = lab.view.step.stage;
  key(lab, "2");
  EXPECT_EQ(lab.view.step.title, "Softmax");
  EXPECT_EQ(lab.view.step.stage, before + 1) << "the other lane's strategy is a stage of its own";
  key(lab, "1");
  EXPECT_EQ(lab.view.step.stage, before);
}

TEST(StepPage, NumbersAndCellsLightEachOther) {
  PanelDriver lab(opened({"local:window=1"}));
  open_stage(lab, "Softmax");
  const StepCell& lit = lab.view.step.hovered;
  EXPECT_TRUE(lab.find([&] { return lit.matrix == 0; }, {240, 150}, 7)) << "a score, in the formula or its picture";
  EXPECT_TRUE(lab.find([&] { return lit.matrix == 1; }, {520, 300}, 7)) << "a weight, in its row";
  lab.click();
  EXPECT_EQ(lab.view.step.chosen.matrix, 1);
}

TEST(StepPage, EverySentenceHasATermThatIsExplained) {
  const Snapshot snapshot = opened({"dense"});
  std::set<StageKind> seen;
  for (const StepStage& stage : list_stages(*snapshot.opened[0])) {
    if (!seen.insert(stage.kind).second) continue;
    const std::string words = sentence({*snapshot.opened[0], stage, 0});
    bool explained = false;
    for (size_t at = 0, end; at < words.size(); at = end + 1) {
      end = std::min(words.find(' ', at), words.size());
      const size_t second = std::min(words.find(' ', end + 1), words.size());  // some terms are two words
      explained = explained || find_term(std::string_view(words).substr(at, end - at)) ||
                  find_term(std::string_view(words).substr(at, second - at));
    }
    EXPECT_TRUE(explained || stage.kind == StageKind::kPixels) << words;
  }
  EXPECT_EQ(find_term("Softmax,")->term, "softmax");
  EXPECT_EQ(find_term("keys")->term, "key");
  EXPECT_EQ(find_term("sandwich"), nullptr);
}

}  // namespace
}  // namespace lab::testing
