// The Explain page: asks for what it shows while it is open, keeps up with the run, draws at every size, of pictures
// and of texts, shows what is removed where the mouse is in the plot, and lets another answer be asked for.

#include <gtest/gtest.h>

#include <algorithm>

#include "app/panels/keys.h"
#include "app/widgets/colours.h"
#include "app/window/drawn.h"
#include "app/window/svg.h"
#include "core/live/live_run.h"
#include "tests/app/panel_driver.h"
#include "tests/core/train/small_texts.h"

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

/// One of each kind of model of texts.
std::vector<Experiment> runs_of_texts(const TemporaryFolder& folder) {
  return {small_experiment("sentences", {"dense", "local:window=1"}), small_experiment("dates", {"dense"}),
          small_writer(folder, {"dense"})};
}

/// Once all is found out.
SnapshotPtr finished(LiveRun& run) {
  SnapshotPtr snapshot;
  do snapshot = run.snapshot();
  while (run.finding_out());
  return snapshot;
}

Snapshot explained(const Experiment& experiment, const command::Explain& asked = {0}) {
  LiveRun run(experiment);
  for (int step = 0; step < 3; ++step) run.advance();
  run.apply(asked);
  return *finished(run);
}

command::Explain last_asked(const PanelDriver& lab) {
  command::Explain last;
  for (const Command& command : lab.commands.waiting())
    if (const auto* explain = std::get_if<command::Explain>(&command)) last = *explain;
  return last;
}

TEST(ExplainPage, FollowsRunsOfTexts) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : runs_of_texts(folder)) {
    LiveRun run(experiment);
    run.apply(command::Explain{0});
    const auto first = finished(run);
    const Explanation& e = first->explanation.explanation;
    ASSERT_EQ(first->explanation.lane, 0) << experiment.task;
    ASSERT_EQ(e.ways[0].relevance.size() + e.first, first->tokens.size());
    // The place that answers: the only one, after the last token, after ‹begin›.
    const std::vector<float>& p = first->lanes[0].probabilities;
    const size_t answers = e.by_layer.size() / 2;
    const size_t place = first->data->kind == ModelKind::kWriter ? first->tokens.size() - 1 : 0;
    for (size_t k = 0; k < answers; ++k) EXPECT_NEAR(e.by_layer[answers + k], p[place * answers + k], 1e-5);
    run.advance();
    const auto second = finished(run);
    EXPECT_EQ(second->explanation.step, 1);
    EXPECT_NE(second->explanation.explanation.by_layer, e.by_layer);
    run.apply(command::SetProbe{1});
    EXPECT_NE(finished(run)->explanation.explanation.by_layer, second->explanation.explanation.by_layer);
    run.apply(command::LookBack{0});
    run.apply(command::SetProbe{0});
    EXPECT_EQ(finished(run)->explanation.explanation.by_layer, e.by_layer) << "as it was then";
  }
}

TEST(ExplainPage, ATextOfTheViewersOwnIsExplained) {
  for (const char* task : {"sentences", "dates"}) {
    LiveRun run(small_experiment(task, {"dense"}));
    run.apply(command::Explain{0});
    run.apply(command::SetProbeText{std::string(task) == "dates" ? "1 May 1999" : "我读书"});
    const auto snapshot = finished(run);
    const Explanation& e = snapshot->explanation.explanation;
    EXPECT_EQ(snapshot->explanation.lane, 0);
    EXPECT_EQ(e.ways[0].relevance.size() + e.first, snapshot->tokens.size());
    PanelDriver lab(*snapshot);
    lab.view.page = Page::kExplain;
    lab.frames(3);
  }
}

TEST(ExplainPage, DrawsTextsAtEverySize) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : runs_of_texts(folder))
    for (const ImVec2 size : {ImVec2{420, 300}, ImVec2{640, 480}, ImVec2{1280, 800}, ImVec2{3840, 2160}}) {
      PanelDriver lab(explained(experiment), size.x, size.y);
      lab.view.page = Page::kExplain;
      lab.frames(3);
      EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 1000);
    }
}

/// The words of the page as it is drawn.
std::string words_of(const Snapshot& snapshot) {
  PanelDriver lab(snapshot);
  lab.view.page = Page::kExplain;
  const PlainEdges plain;
  lab.frames(3);
  return svg_of(*ImGui::GetDrawData(), {{0, 0}, ImGui::GetIO().DisplaySize}, "page", NoTextures());
}

size_t count(const std::string& text, const std::string& what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(ExplainPage, ShowsWhatIsThereAlready) {
  Snapshot snapshot = explained(small_experiment("sentences", {"dense"}));
  const std::string all = words_of(snapshot);
  EXPECT_EQ(count(all, "left on average"), size_t{kExplanationWays});
  EXPECT_EQ(count(all, "On its way…"), 0u);
  Explanation& e = snapshot.explanation.explanation;
  e.tested = 0;
  e.ways[kIntegratedGradients].relevance.clear();
  for (Explanation::Way& way : e.ways) way.remaining = {};
  e.at_random = {};
  const std::string first = words_of(snapshot);
  EXPECT_EQ(count(first, "left on average"), 0u);
  EXPECT_EQ(count(first, "On its way…"), 1u);
  EXPECT_EQ(count(first, "The tokens are being removed…"), 1u);
  EXPECT_EQ(count(first, "explain nothing"), 0u) << "no verdict yet";
  PanelDriver lab(snapshot);
  lab.view.page = Page::kExplain;
  EXPECT_TRUE(lab.find([&] { return lab.view.explain.part == 2; }, {700, 140})) << "its tokens can be pointed at";
}

TEST(ExplainPage, SaysThatChangesAreInPlace) {
  using What = Intervention::What;
  LiveRun run(small_experiment("sentences", {"dense", "dense"}));
  run.apply(command::Explain{0});
  EXPECT_EQ(count(words_of(*finished(run)), "in place"), 0u);
  run.apply(command::Change{{What::kOff, 0, 0, 0}});
  EXPECT_EQ(count(words_of(*finished(run)), "At step 0, with 1 change in place, it answers"), 1u);
  run.apply(command::Change{{What::kTemperature, 0, 0, 1, 2}});
  EXPECT_EQ(count(words_of(*finished(run)), "At step 0, with 2 changes in place, it answers"), 1u);
  run.apply(command::Explain{1});
  EXPECT_EQ(count(words_of(*finished(run)), "in place"), 0u) << "of the other lane";
}

TEST(ExplainPage, ATokenUnderTheMouseIsLitInEveryWay) {
  PanelDriver lab(explained(small_experiment("sentences", {"dense"})));
  lab.view.page = Page::kExplain;
  lab.frames(3);
  EXPECT_EQ(lab.view.explain.part, -1);
  EXPECT_TRUE(lab.find([&] { return lab.view.explain.part == 2; }, {20, 140}));
  EXPECT_TRUE(lab.find([&] { return lab.view.explain.part == 2; }, {700, 140}));
}

TEST(ExplainPage, AnotherAnswerIsAskedForByClickAndKey) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : runs_of_texts(folder)) {
    PanelDriver lab(explained(experiment));
    lab.view.page = Page::kExplain;
    lab.frames(3);
    lab.commands.take();
    const int own = lab.snapshot.explanation.explanation.answer;
    press("Ctrl+N", lab.snapshot, lab.view, lab.commands);
    lab.frames(2);
    ASSERT_TRUE(lab.asked<command::Explain>()) << experiment.task;
    const int other = last_asked(lab).answer;
    EXPECT_GE(other, 0);
    EXPECT_NE(other, own);
    lab.snapshot = explained(experiment, {0, 1, other});
    EXPECT_EQ(lab.snapshot.explanation.explanation.answer, other);
    const auto clicked = [&] { return lab.view.explain.answer == -1; };
    EXPECT_TRUE(lab.click_along({300, 120}, clicked, 12)) << "the model's own again";
    press("Ctrl+N", lab.snapshot, lab.view, lab.commands);
    EXPECT_GE(lab.view.explain.answer, 0);
    lab.snapshot.probe.index = 1;
    lab.frames(2);
    EXPECT_EQ(lab.view.explain.answer, -1) << "another text, another question";
  }
}

TEST(ExplainPage, AClickAsksForAnotherTokenOfATranslatorsAnswer) {
  PanelDriver lab(explained(small_experiment("dates", {"dense"})));
  lab.view.page = Page::kExplain;
  lab.frames(3);
  EXPECT_EQ(last_asked(lab).place, 1);
  const auto asked = [&] { return last_asked(lab).place == 4; };
  bool found = false;
  for (float y = 205; y < 225 && !found; y += 5) found = lab.click_along({24, y}, asked, 12);
  EXPECT_TRUE(found);
  EXPECT_EQ(lab.view.lanes.text.answer_query, 4);
  press("Ctrl+→", lab.snapshot, lab.view, lab.commands);
  lab.frames(2);
  EXPECT_EQ(last_asked(lab).place, 5);
  const Snapshot fifth = explained(small_experiment("dates", {"dense"}), {0, 5});
  EXPECT_EQ(fifth.explanation.place, 5);
  const size_t answers = fifth.explanation.explanation.by_layer.size() / 2;
  for (size_t k = 0; k < answers; ++k)
    EXPECT_NEAR(fifth.explanation.explanation.by_layer[answers + k], fifth.lanes[0].probabilities[4 * answers + k],
                1e-5);
}

}  // namespace
}  // namespace lab::testing
