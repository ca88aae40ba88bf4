// The history bar and its keys: looking back, the film, going on and branching.

#include <gtest/gtest.h>

#include <fstream>

#include "app/panels/history/history_control.h"
#include "app/panels/keys.h"
#include "tests/app/panel_driver.h"
#include "tests/core/temporary_folder.h"

namespace lab::testing {
namespace {

/// Every tenth step up to 400 is remembered, every fortieth a checkpoint.
Snapshot remembered(int64_t shown = -1) {
  Snapshot snapshot = sample_snapshot();
  for (int64_t step = 0; step <= 400; step += 10) snapshot.history.marks.push_back({step, step % 40 == 0});
  snapshot.history.live_step = 400;
  snapshot.history.bytes = 84'000'000;
  snapshot.history.budget = 400'000'000;
  snapshot.history.past = shown >= 0;
  if (shown >= 0) snapshot.step = shown;
  return snapshot;
}

template <class C>
const C& latest(const PanelDriver& lab) {
  return std::get<C>(lab.commands.waiting().back());
}

void hit(PanelDriver& lab, const char* key) { press(key, lab.snapshot, lab.view, lab.commands); }

TEST(HistoryBar, IsScrubbedByTheMouse) {
  PanelDriver lab(remembered());
  lab.frames(3);
  const float y = 800 - 10 - 46 + 17;
  lab.drag({640, y}, {300, y});
  ASSERT_TRUE(lab.asked<command::LookBack>());
  const int64_t step = latest<command::LookBack>(lab).step;
  EXPECT_GE(step, 0);
  EXPECT_LT(step, 200);
  EXPECT_EQ(step % 10, 0);
  lab.snapshot = remembered(step);
  lab.frames(2);
  EXPECT_TRUE(lab.click_along(
      {500, y + 6}, [&] { return lab.asked<command::LookBack>() && latest<command::LookBack>(lab).step == -1; }));
}

TEST(HistoryBar, KeysWalkThroughTheMoments) {
  PanelDriver lab(remembered());
  lab.frames(1);
  hit(lab, "←");
  EXPECT_EQ(latest<command::LookBack>(lab).step, 390);  // the moment of 400 is now's
  hit(lab, "→");
  EXPECT_TRUE(lab.asked<command::StepBatch>());
  lab.snapshot = remembered(120);
  hit(lab, "←");
  EXPECT_EQ(latest<command::LookBack>(lab).step, 110);
  hit(lab, "→");
  EXPECT_EQ(latest<command::LookBack>(lab).step, 130);
  hit(lab, "Home");
  EXPECT_EQ(latest<command::LookBack>(lab).step, 0);
  hit(lab, "End");
  EXPECT_EQ(latest<command::LookBack>(lab).step, -1);
  lab.snapshot = remembered(400);
  hit(lab, "→");
  EXPECT_EQ(latest<command::LookBack>(lab).step, -1);
  hit(lab, "Ctrl+M");
  EXPECT_EQ(latest<command::SetHistoryBudget>(lab).bytes, 800'000'000);
}

TEST(HistoryBar, TheFilmPassesThroughAllMomentsAndEndsNow) {
  PanelDriver lab(remembered());
  lab.frames(1);
  hit(lab, "Ctrl+F");
  std::vector<int64_t> steps;
  for (int frame = 0; frame < 600 && lab.view.history.film; ++frame) {
    for (const Command& command : lab.commands.take())
      if (const auto* look = std::get_if<command::LookBack>(&command)) {
        steps.push_back(look->step);
        lab.snapshot = remembered(look->step);
      }
    lab.frames(1);
  }
  for (const Command& command : lab.commands.take()) steps.push_back(std::get<command::LookBack>(command).step);
  ASSERT_EQ(steps.size(), 42u);
  for (int i = 0; i < 41; ++i) EXPECT_EQ(steps[i], 10 * i);
  EXPECT_EQ(steps.back(), -1);
}

TEST(HistoryBar, GoesOnFromTheCheckpointBefore) {
  PanelDriver lab(remembered(130));
  lab.frames(1);
  EXPECT_EQ(checkpoint_of(lab.snapshot), 120);
  hit(lab, "Ctrl+G");
  EXPECT_EQ(latest<command::GoBack>(lab).step, 130);
  EXPECT_TRUE(lab.asked<command::Pause>());
  PanelDriver now(remembered());
  hit(now, "Ctrl+G");
  EXPECT_FALSE(now.asked<command::GoBack>());  // there is nowhere to go back to
}

TEST(HistoryBar, SettingsStayThoseOfNow) {
  PanelDriver lab(remembered());
  lab.frames(2);
  const Experiment now = lab.view.setup.draft.wanted();
  lab.snapshot = remembered(50);
  lab.snapshot.experiment.optimiser.learning_rate = 0.5f;
  lab.frames(2);
  EXPECT_EQ(lab.view.setup.draft.wanted(), now);
}

TEST(HistoryBar, TheBranchSheetSendsALaneWithAName) {
  PanelDriver lab(remembered(130));
  lab.view.selection.lane = 1;
  lab.frames(1);
  hit(lab, "Ctrl+B");
  lab.frames(2);
  ASSERT_TRUE(lab.view.history.branching);
  lab.mouse({640, 240});  // below the title: nothing is typed any more
  lab.frames(2);
  lab.click();
  lab.view.history.branch_way = "nonsense";
  const auto branch_button = [&](const std::function<bool()>& done) {
    for (float y = 570; y < 660 && !done(); y += 9) {  // down the left edge of the sheet
      lab.mouse({440, y});
      lab.frames(2);
      lab.click();
    }
    return done();
  };
  EXPECT_TRUE(branch_button([&] { return !lab.view.history.trouble.empty(); }));
  EXPECT_FALSE(lab.asked<command::Branch>());
  lab.view.history.branch_way = "block:block=3";
  ASSERT_TRUE(branch_button([&] { return lab.asked<command::Branch>(); }));
  const auto& branch = latest<command::Branch>(lab);
  EXPECT_EQ(branch.step, 120);
  EXPECT_EQ(branch.lane, 1);
  EXPECT_EQ(branch.spending.pattern.kind, "block");
  EXPECT_EQ(branch.spending.name, "Block 3×3 from 120");
  EXPECT_FALSE(branch.spending.own.learning_rate);  // the experiment's
  EXPECT_FALSE(lab.view.history.branching);
}

TEST(HistoryBar, ABranchMayLearnAtARateOfItsOwn) {
  PanelDriver lab(remembered(130));
  lab.frames(1);
  hit(lab, "Ctrl+B");
  lab.frames(2);
  lab.view.history.branch_trains.optimiser.learning_rate = 0.01f;
  const bool sent = [&] {
    for (float y = 560; y < 660; y += 9) {  // down the left edge of the sheet
      lab.mouse({440, y});
      lab.frames(2);
      lab.click();
      if (lab.asked<command::Branch>()) return true;
    }
    return false;
  }();
  ASSERT_TRUE(sent);
  EXPECT_EQ(latest<command::Branch>(lab).spending.own.learning_rate, 0.01f);
  EXPECT_FALSE(latest<command::Branch>(lab).spending.own.weight_decay);
  EXPECT_EQ(latest<command::Branch>(lab).spending.name, "Dense, rate 0.01 from 120");
}

}  // namespace
}  // namespace lab::testing
