// The panels, drawn with no backend at every size and in every state, and driven by mouse and keys.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "app/panels/banner.h"
#include "app/panels/keys.h"
#include "app/panels/pages.h"
#include "app/panels/setup/settings.h"
#include "tests/app/panel_driver.h"

namespace lab::testing {
namespace {

struct Screen {
  float width, height, scale;
};
constexpr Screen kScreens[] = {{800, 500, 1}, {1280, 800, 1}, {1920, 1080, 1.25f}, {3840, 2160, 2}, {320, 240, 1}};

const ImVec2 kCards = {270, 190};  // where the cards begin, at 1280 × 800

/// Everything that was drawn has finite corners, and something was drawn.
void expect_sound_drawing() {
  const ImDrawData& data = *ImGui::GetDrawData();
  EXPECT_GT(data.TotalVtxCount, 200);
  for (int i = 0; i < data.CmdListsCount; ++i)
    for (const ImDrawVert& vertex : data.CmdLists[i]->VtxBuffer)
      ASSERT_TRUE(std::isfinite(vertex.pos.x) && std::isfinite(vertex.pos.y));
}

TEST(Panels, DrawThreeFramesAtEverySizeAndLaneCount) {
  for (const Screen& screen : kScreens)
    for (const int lanes : {1, 2, 3, 4}) {
      PanelDriver lab(sample_snapshot(lanes), screen.width, screen.height, screen.scale);
      for (int page = 0; page < static_cast<int>(pages().size()); ++page)
        for (const bool presenting : {false, true}) {
          SCOPED_TRACE(::testing::Message() << screen.width << " wide, " << lanes << " lanes, page " << int(page));
          lab.view.page = static_cast<Page>(page), lab.view.presenting = presenting;
          lab.frames(3);
          expect_sound_drawing();
        }
    }
}

TEST(Panels, DrawWhileLoadingAndAfterAFailure) {
  for (const Phase phase : {Phase::kLoading, Phase::kFailed}) {
    Snapshot snapshot;
    snapshot.phase = phase;
    snapshot.message = phase == Phase::kFailed ? "The data could not be read." : "";
    PanelDriver lab(snapshot);
    for (const KeyBinding& binding : key_bindings())
      for (const Key& key : binding.used()) press(key.name, lab.snapshot, lab.view, lab.commands);
    lab.frames(3);
    expect_sound_drawing();
  }
}

TEST(Panels, DrawTheirSheets) {
  PanelDriver lab(sample_snapshot());
  lab.frames(2);
  const int bare = ImGui::GetDrawData()->TotalVtxCount;
  for (bool* open : {&lab.view.help, &lab.view.picture.asked, &lab.view.setup.open_editor}) {
    *open = true;
    lab.view.setup.edited_lane = 1;
    lab.frames(3);
    EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, bare + 100);
    *open = false;
    lab.frames(2);
  }
}

TEST(Panels, CurvesWithOddValues) {
  Snapshot snapshot = sample_snapshot();
  snapshot.lanes[0].train_loss.value.assign(snapshot.lanes[0].train_loss.value.size(), std::nanf(""));
  snapshot.lanes[1].train_loss = {};
  snapshot.lanes[2].test_loss.value.assign(snapshot.lanes[2].test_loss.value.size(), 0.0f);
  for (const bool logarithmic : {false, true}) {
    PanelDriver lab(snapshot);
    lab.view.curves.logarithmic = logarithmic;
    lab.frames(3);
    expect_sound_drawing();
  }
}

TEST(Panels, ToolbarSpeaksToTheSession) {
  PanelDriver lab(sample_snapshot());
  const ImVec2 toolbar = {30, 26};
  EXPECT_TRUE(lab.click_along(toolbar, [&] { return lab.asked<command::Play>(); }));
  EXPECT_TRUE(lab.click_along(toolbar, [&] { return lab.asked<command::StepBatch>(); }));
  EXPECT_TRUE(lab.click_along(toolbar, [&] { return lab.asked<command::Restart>(); }));
  EXPECT_FALSE(lab.asked<command::Pause>());
  lab.snapshot.phase = Phase::kRunning;
  EXPECT_TRUE(lab.click_along(toolbar, [&] { return lab.asked<command::Pause>(); }));
}

TEST(Panels, PointingAtACellLightsThePairAndClickingSelectsTheQuery) {
  PanelDriver lab(sample_snapshot());
  PairHover& hovered = lab.view.lanes.next_hovered;
  ASSERT_TRUE(lab.find([&] { return hovered.key == 10; }, kCards));  // over a picture: row 2, column 3
  EXPECT_EQ(hovered.query, resolve(Selection{}, lab.snapshot).query);
  lab.click();
  EXPECT_EQ(lab.view.selection.query, 10);
  ASSERT_TRUE(lab.find([&] { return hovered.query >= 0 && hovered.query != 10; }, {kCards.x, 420}, 5));  // over a map
  const int row = hovered.query;
  lab.click();
  EXPECT_EQ(lab.view.selection.query, row);
}

TEST(Panels, ClassTokenIsAQueryToo) {
  PanelDriver lab(sample_snapshot());
  ASSERT_TRUE(lab.find([&] { return lab.view.lanes.next_hovered.key == 0; }, kCards));
  lab.click();
  EXPECT_EQ(lab.view.selection.query, 0);
}

TEST(Panels, TargetsOfGuidanceArePaintedOnThePicture) {
  Snapshot snapshot = sample_snapshot();
  snapshot.experiment.guidance.target = "painted";
  PanelDriver lab(std::move(snapshot), 1280, 1600);
  open_page(lab.view, Page::kSetup);
  lab.frames(3);
  const auto painted = [&] { return lab.view.setup.draft.wanted().guidance.painting.any(); };
  EXPECT_FALSE(painted());
  press("Ctrl+T", lab.snapshot, lab.view, lab.commands);
  const Geometry& grid = lab.snapshot.geometry;
  const PatchMask& painting = lab.view.setup.draft.wanted().guidance.painting;
  EXPECT_TRUE(painting.painted(grid.rows / 2, grid.columns / 2));
  const std::string text = painting.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '#'), 1);
  EXPECT_FALSE(lab.view.setup.draft.waits());  // it is on its way to the trainer
  press("Ctrl+T", lab.snapshot, lab.view, lab.commands);
  EXPECT_FALSE(painted());
}

TEST(Panels, EarlyStopsTermsAndDroppedPairsAreDrawn) {
  Snapshot snapshot = sample_snapshot();
  LaneSnapshot& lane = snapshot.lanes[0];
  lane.best_step = 20, lane.stopped_step = 40;
  lane.penalty = lane.guidance = lane.held_out_loss = {{10, 20, 30, 40}, {-0.1f, 0.2f, 0.1f, 0.3f}};
  lane.dropped.assign(lane.attention.size(), 1);
  snapshot.target.assign(snapshot.geometry.keys, 1);
  snapshot.event = "Dense stopped early.";
  for (const float width : {1024.0f, 1280.0f, 1920.0f}) {
    PanelDriver lab(snapshot, width, width * 0.6f);
    lab.frames(3);
    EXPECT_EQ(notice(lab.snapshot), "Dense stopped early.");
  }
}

TEST(Keys, DoWhatTheTableSays) {
  PanelDriver lab(sample_snapshot());
  const auto hit = [&](const char* key) { press(key, lab.snapshot, lab.view, lab.commands); };
  hit("space"), hit("→"), hit("R"), hit("]");
  EXPECT_TRUE(lab.asked<command::Play>() && lab.asked<command::StepBatch>() && lab.asked<command::Restart>());
  EXPECT_EQ(std::get<command::SetProbe>(lab.commands.waiting().back()).index, 8);
  hit("H");
  EXPECT_EQ(lab.view.selection.head, 0);
  for (int i = 0; i < 4; ++i) hit("H");
  EXPECT_EQ(lab.view.selection.head, -1);  // after the last head, the mean
  hit("L");
  EXPECT_EQ(lab.view.selection.layer, 0);  // after the last layer, the first
  hit("C");
  EXPECT_EQ(lab.view.selection.query, 0);
  hit("2");
  EXPECT_EQ(lab.view.selection.lane, 1);
  hit("4");
  EXPECT_EQ(lab.view.selection.lane, -1);  // there is no fourth
  hit("F11"), hit("?");
  EXPECT_TRUE(lab.view.presenting && lab.view.help);
  hit("Esc"), hit("Esc");
  EXPECT_FALSE(lab.view.presenting || lab.view.help);
  hit("Ctrl+Q");
  EXPECT_TRUE(lab.view.quit);
}

TEST(Keys, MoveTheQueryOverThePatches) {
  PanelDriver lab(sample_snapshot());
  const auto hit = [&](const char* key) { press(key, lab.snapshot, lab.view, lab.commands); };
  const Geometry& g = lab.snapshot.geometry;
  lab.view.selection.query = g.prefix;
  hit("Ctrl+←"), hit("Ctrl+↑");
  EXPECT_EQ(lab.view.selection.query, g.prefix);  // the corner
  hit("Ctrl+→"), hit("Ctrl+↓");
  EXPECT_EQ(lab.view.selection.query, g.prefix + g.columns + 1);
}

TEST(Keys, ReachEverySetting) {
  PanelDriver lab(sample_snapshot());
  lab.frames(1);
  const auto hit = [&](const char* key) { press(key, lab.snapshot, lab.view, lab.commands); };
  for (size_t i = 0; i < settings().size(); ++i) {
    const Setting& setting = settings()[i];
    if (!setting.shown(lab.view.setup.draft.wanted())) continue;
    hit("J");
    ASSERT_EQ(lab.view.setup.chosen, static_cast<int>(i));
    const Experiment before = lab.view.setup.draft.wanted();
    hit("="), lab.frames(2);
    if (lab.view.setup.draft.wanted() == before) hit("-"), lab.frames(2);  // it was at its upper end
    EXPECT_NE(lab.view.setup.draft.wanted(), before) << setting.label;
  }
  hit("J");
  EXPECT_EQ(lab.view.setup.chosen, -1);
  hit("K");
  EXPECT_EQ(lab.view.setup.chosen, static_cast<int>(settings().size()) - 1);
}

TEST(Keys, StepLearningRatesByRoundNumbers) {
  PanelDriver lab(sample_snapshot());
  const auto rate = std::find_if(settings().begin(), settings().end(),
                                 [](const Setting& setting) { return setting.label == std::string("Learning rate"); });
  Experiment experiment;
  experiment.optimiser.learning_rate = 0.001f;
  for (const float expected : {0.002f, 0.005f, 0.01f}) {
    change(*rate, experiment, lab.snapshot, 1);
    EXPECT_NEAR(experiment.optimiser.learning_rate, expected, expected * 1e-5f);
  }
  for (const float expected : {0.005f, 0.002f, 0.001f, 0.0005f}) {
    change(*rate, experiment, lab.snapshot, -1);
    EXPECT_NEAR(experiment.optimiser.learning_rate, expected, expected * 1e-5f);
  }
}

TEST(Keys, AddEditAndRemoveLanes) {
  PanelDriver lab(sample_snapshot());
  lab.frames(1);
  const auto hit = [&](const char* key) { press(key, lab.snapshot, lab.view, lab.commands), lab.frames(2); };
  const Draft& draft = lab.view.setup.draft;
  hit("A");
  EXPECT_EQ(draft.wanted().lanes.size(), 4u);
  EXPECT_EQ(lab.view.setup.edited_lane, 3);
  hit("Delete");  // the one in the editor
  EXPECT_EQ(draft.wanted().lanes.size(), 3u);
  hit("1"), hit("E");
  EXPECT_EQ(lab.view.setup.edited_lane, 0);
  hit("Delete");
  EXPECT_EQ(draft.wanted().lanes.size(), 2u);
  hit("Backspace");
  EXPECT_EQ(draft.wanted().lanes.size(), 3u);
  hit("N"), hit("Enter");
  EXPECT_TRUE(lab.asked<command::SetExperiment>());
}

TEST(Keys, ZoomTheCurves) {
  PanelDriver lab(sample_snapshot());
  const PlotView& plot = lab.view.curves.plot;
  const auto hit = [&](const char* key) { press(key, lab.snapshot, lab.view, lab.commands); };
  lab.snapshot.step = 400;
  hit("Z");
  EXPECT_EQ(plot.low, 200);
  EXPECT_EQ(plot.high, 400);
  hit("<");
  EXPECT_EQ(plot.low, 150);
  EXPECT_EQ(plot.high, 350);
  hit("X");
  EXPECT_EQ(plot.low, plot.high);
  hit("G");
  EXPECT_TRUE(lab.view.curves.logarithmic);
}

TEST(Keys, ChangeTheSpeedLimit) {
  PanelDriver lab(sample_snapshot());
  press(",", lab.snapshot, lab.view, lab.commands);
  EXPECT_EQ(std::get<command::SetSpeedLimit>(lab.commands.waiting().back()).steps_per_second, 60);
  press(".", lab.snapshot, lab.view, lab.commands);
  EXPECT_EQ(std::get<command::SetSpeedLimit>(lab.commands.waiting().back()).steps_per_second, 0);
}

TEST(Keys, HeldDownRepeatOnlyWhatMayBeRepeated) {
  PanelDriver lab(sample_snapshot());
  press("R", lab.snapshot, lab.view, lab.commands, true);
  EXPECT_FALSE(lab.asked<command::Restart>());
  press("→", lab.snapshot, lab.view, lab.commands, true);
  EXPECT_TRUE(lab.asked<command::StepBatch>());
}

TEST(Keys, SamplesWrapAround) {
  PanelDriver lab(sample_snapshot());
  lab.snapshot.probe.index = 0;
  press("[", lab.snapshot, lab.view, lab.commands);
  EXPECT_EQ(std::get<command::SetProbe>(lab.commands.waiting().back()).index, lab.snapshot.data->test.count() - 1);
}

TEST(Keys, NoKeyHasTwoMeanings) {
  std::vector<std::string_view> seen;
  for (const KeyBinding& binding : key_bindings())
    for (const Key& key : binding.used()) {
      EXPECT_EQ(std::count(seen.begin(), seen.end(), key.name), 0) << key.name;
      seen.push_back(key.name);
    }
}

}  // namespace
}  // namespace lab::testing
