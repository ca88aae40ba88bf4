// Changing attention from the window: what mouse and keys ask of the session, and what the list says.

#include "app/panels/lanes/change_it.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/panels/keys.h"
#include "app/panels/lanes/drawing.h"
#include "app/panels/lanes/retraining.h"
#include "tests/app/panel_driver.h"
#include "tests/app/text_snapshot.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

using What = Intervention::What;

struct Pressing {
  Snapshot snapshot = testing::sample_snapshot(3);
  View view;
  Commands commands;

  std::vector<Intervention> press_key(const char* key) {
    press(key, snapshot, view, commands, false);
    std::vector<Intervention> changes;
    for (const Command& command : commands.take())
      if (const auto* change = std::get_if<command::Change>(&command)) changes.push_back(change->what);
    return changes;
  }
  void carry_out(const Intervention& change) { snapshot.changes.items.push_back({.what = change}); }
};

TEST(ChangeIt, KeysChangeTheHeadsThatAreShownOfTheHighlightedLane) {
  Pressing p;
  p.view.selection = {2, 0, 1, 5};
  EXPECT_EQ(p.press_key("Ctrl+H"), (std::vector<Intervention>{{What::kOff, 2, 0, 1, 1}}));
  EXPECT_EQ(p.press_key("Ctrl+U"), (std::vector<Intervention>{{What::kUniform, 2, 0, 1, 1}}));
  EXPECT_EQ(p.press_key("Ctrl+."), (std::vector<Intervention>{{What::kTemperature, 2, 0, 1, 2}}));
  EXPECT_EQ(p.press_key("Ctrl+,"), (std::vector<Intervention>{{What::kTemperature, 2, 0, 1, 0.5f}}));
  EXPECT_EQ(p.press_key("Ctrl+K"), (std::vector<Intervention>{{What::kMask, 2, -1, -1, 1, -1, 5}}));
  p.view.selection.lane = -1;
  EXPECT_EQ(p.press_key("Ctrl+H").at(0).lane, 0);
}

TEST(ChangeIt, TheSameAgainTakesItBack) {
  Pressing p;
  p.view.selection = {1, 0, 1, 5};
  for (const char* key : {"Ctrl+H", "Ctrl+U", "Ctrl+K"}) {
    p.carry_out(p.press_key(key).at(0));
    const Intervention back = p.press_key(key).at(0);
    EXPECT_FALSE(back.active()) << key;
    p.carry_out(back);
    EXPECT_TRUE(p.press_key(key).at(0).active()) << key;
  }
  p.carry_out(p.press_key("Ctrl+.").at(0));
  EXPECT_EQ(p.press_key("Ctrl+.").at(0).amount, 4);
  EXPECT_EQ(p.press_key("Ctrl+,").at(0).amount, 1);
}

TEST(ChangeIt, WithoutAHeadOrTokenOrAtATemperatureALaneIsRetrained) {
  Pressing p;
  const auto lane_after = [&](const Intervention& change) -> std::optional<Lane> {
    p.carry_out(change);
    press("Ctrl+R", p.snapshot, p.view, p.commands, false);
    for (const Command& command : p.commands.take())
      if (const auto* branch = std::get_if<command::Branch>(&command)) return branch->spending;
    return std::nullopt;
  };
  EXPECT_EQ(lane_after({What::kWeight, 0, 0, 1, 0.5f, 3, 9}), std::nullopt);
  EXPECT_EQ(lane_after({What::kOff, 0, 0, 1, 0}), std::nullopt);  // takes back
  const std::optional<Lane> sharper = lane_after({What::kTemperature, 0, 0, 1, 2});
  ASSERT_TRUE(sharper);
  EXPECT_EQ(text(*sharper), "dense+dense:strategy=fixed_temperature,temperature=2,layers=1,heads=2");
  EXPECT_EQ(lane_title(*sharper), "Dense, layer 1 head 2 fixed temperature 2");
  EXPECT_EQ(text(*lane_after({What::kTemperature, 1, -1, -1, 0.5f})),
            "local:window=1+local:window=1,strategy=fixed_temperature,temperature=0.5");
  const std::optional<Lane> without = lane_after({What::kOff, 0, 0, 1, 1});
  ASSERT_TRUE(without);
  EXPECT_EQ(spending_of(*without, 0, 1).strategy.kind, "off");
  EXPECT_EQ(spending_of(*without, 0, 0).strategy.kind, "data");
  EXPECT_EQ(spending_of(*without, 1, 1).strategy.kind, "data");
  EXPECT_NO_THROW(validate(*without, 2, 4));
  const std::optional<Lane> masked = lane_after({What::kMask, 1, -1, -1, 1, -1, 9});
  ASSERT_TRUE(masked);
  const TileMap map(masked->pattern, p.snapshot.geometry);
  for (int query = 0; query < map.queries(); ++query) {
    EXPECT_FALSE(map.exists(query, 9));
    EXPECT_EQ(map.exists(query, 8), p.snapshot.lanes[1].maps[0].any->exists(query, 8));
  }
}

TEST(ChangeIt, OfATranslatorTheAttentionThatIsLookedAtIsChanged) {
  Pressing p;
  p.snapshot = testing::snapshot_of(small_experiment("dates", {"dense"}));
  p.view.selection = {0, 0, 1, 5};
  p.view.lanes.text.answer_query = 3;
  for (const Attending attending : {Attending::kTokens, Attending::kAnswer, Attending::kCross}) {
    p.view.lanes.text.looking = attending;
    const Intervention off = p.press_key("Ctrl+H").at(0);
    EXPECT_EQ(off, (Intervention{What::kOff, 0, 0, 1, 1, -1, -1, attending}));
    p.carry_out(off);
    EXPECT_FALSE(p.press_key("Ctrl+H").at(0).active()) << "the same again takes it back";
    press("Ctrl+R", p.snapshot, p.view, p.commands, false);
    EXPECT_EQ(p.commands.take().empty(), attending != Attending::kTokens) << "a lane has no decoder of its own";
  }
  const SeenAttention& cross = p.snapshot.lanes[0].cross;
  const float* row = cross.head(0, 1) + 3 * cross.keys;
  const int most = static_cast<int>(std::max_element(row, row + cross.keys) - row);
  EXPECT_EQ(p.press_key("Ctrl+K").at(0), (Intervention{What::kMask, 0, -1, -1, 1, -1, most, Attending::kCross}));
  p.view.lanes.text.looking = Attending::kAnswer;
  EXPECT_EQ(p.press_key("Ctrl+K").at(0), (Intervention{What::kMask, 0, -1, -1, 1, -1, 3, Attending::kAnswer}));
}

TEST(ChangeIt, ADragOnATranslatorsMapMovesAWeightOfThatAttention) {
  testing::PanelDriver lab(testing::snapshot_of(small_experiment("dates", {"dense"})), 1600, 1000);
  lab.frames(3);
  ASSERT_TRUE(lab.find([&] { return lab.view.lanes.next_hovered.query == 4; }, {700, 400}, 11));
  const PairHover pair = lab.view.lanes.next_hovered;
  lab.hold_control(true);
  const ImVec2 from = ImGui::GetIO().MousePos;
  lab.press(ImGuiMouseButton_Left, true);
  lab.mouse({from.x, from.y - 60});
  lab.frames(2);
  lab.press(ImGuiMouseButton_Left, false);
  const Intervention* last = nullptr;
  const std::vector<Command> asked = lab.commands.take();
  for (const Command& command : asked)
    if (const auto* change = std::get_if<command::Change>(&command)) last = &change->what;
  ASSERT_TRUE(last);
  EXPECT_EQ(last->what, What::kWeight);
  EXPECT_EQ(last->attending, Attending::kCross);
  EXPECT_EQ(last->query, pair.query);
  EXPECT_EQ(last->key, pair.key);
}

TEST(ChangeIt, WhatCannotBeTrainedSaysWhy) {
  Snapshot snapshot = testing::sample_snapshot(3);
  const auto why_not = [&](const Intervention& change) { return retraining_of(change, snapshot).why_not; };
  EXPECT_NE(why_not({What::kWeight, 0, 0, 1, 0.5f, 3, 9}).find("One weight of one sample"), std::string::npos);
  EXPECT_NE(why_not({What::kUniform, 0, 0, 1, 0}).find("takes another one back"), std::string::npos);
  snapshot.lanes[0].lane = parse_lane("dense+local:window=1,heads=1");
  EXPECT_NE(why_not({What::kTemperature, 0, 0, -1, 2}).find("different ways"), std::string::npos);
  EXPECT_NE(why_not({What::kMask, 0, -1, -1, 1, -1, 9}).find("pattern of their own"), std::string::npos);
  EXPECT_EQ(why_not({What::kTemperature, 0, 0, 0, 2}), "");
  snapshot.lanes[0].lane = parse_lane("dense:strategy=top_k,k=4");
  EXPECT_NE(why_not({What::kTemperature, 0, -1, -1, 2}).find("strategy of their own"), std::string::npos);
  snapshot.lanes[0].lane = parse_lane("fixed_temperature:temperature=3");
  EXPECT_EQ(
      retraining_of({What::kTemperature, 0, -1, -1, 2}, snapshot).lane->exceptions.at(0).spending.strategy.temperature,
      6);
  while (snapshot.experiment.lanes.size() < Experiment::kMaxLanes) snapshot.experiment.lanes.emplace_back();
  EXPECT_NE(why_not({What::kOff, 0, 0, 0}).find("number of lanes"), std::string::npos);
  snapshot.experiment.lanes.pop_back();
  auto texts = std::make_shared<Dataset>(*snapshot.data);
  texts->train = {};
  snapshot.data = texts;
  EXPECT_NE(why_not({What::kMask, 0, -1, -1, 1, -1, 9}).find("another token"), std::string::npos);
}

// What the mouse asks for at the pair it was moved to: the first patch or pair that is hovered, well inside the lanes.
struct Mouse : testing::PanelDriver {
  Mouse() : PanelDriver(testing::sample_snapshot(1)) { frames(3); }
  bool find_pair(bool on_map) {
    const auto found = [&] {
      const PairHover& at = view.lanes.next_hovered;
      return at.key > 8 && at.query >= 0 && (at.query != 30) == on_map;
    };
    view.selection.query = 30;
    return find(found, {300, 200});
  }
  std::vector<command::Change> changes() {
    std::vector<command::Change> all;
    for (const Command& command : commands.take())
      if (const auto* change = std::get_if<command::Change>(&command)) all.push_back(*change);
    return all;
  }
};

TEST(ChangeIt, ADoubleClickMasksAPatchOrTheColumnOfAMap) {
  for (const bool on_map : {false, true}) {
    Mouse lab;
    ASSERT_TRUE(lab.find_pair(on_map));
    const int key = lab.view.lanes.next_hovered.key;
    lab.click(), lab.click();
    const std::vector<command::Change> asked = lab.changes();
    ASSERT_EQ(asked.size(), 1u) << on_map;
    EXPECT_EQ(asked[0].what, (Intervention{What::kMask, 0, -1, -1, 1, -1, key}));
  }
}

TEST(ChangeIt, ControlAndADragMovesAWeightAndIsOneChange) {
  Mouse lab;
  ASSERT_TRUE(lab.find_pair(true));
  const PairHover pair = lab.view.lanes.next_hovered;
  lab.hold_control(true);
  const ImVec2 from = ImGui::GetIO().MousePos;
  lab.press(ImGuiMouseButton_Left, true);
  for (const float up : {20.0f, 60.0f}) {
    lab.mouse({from.x, from.y - up});
    lab.frames(2);
  }
  lab.press(ImGuiMouseButton_Left, false);
  const std::vector<command::Change> asked = lab.changes();
  ASSERT_EQ(asked.size(), 3u);
  for (size_t i = 0; i < asked.size(); ++i) {
    EXPECT_EQ(asked[i].what.what, What::kWeight);
    EXPECT_EQ(asked[i].what.query, pair.query);
    EXPECT_EQ(asked[i].what.key, pair.key);
    EXPECT_EQ(asked[i].going_on, i + 1 < asked.size());
  }
  EXPECT_GT(asked[1].what.amount, asked[0].what.amount);
  EXPECT_EQ(asked[2].what.amount, asked[1].what.amount);
  EXPECT_EQ(lab.view.selection.query, 30);  // the release chose no other row
}

TEST(Drawing, AStrokePaintsItsLineAndRubbingOutTakesItAway) {
  DrawingState state;
  state.height = state.width = 28;
  state.pixels.assign(28 * 28, 0);
  stroke(state, 5.5f, 5.5f, 20.5f, 5.5f, false);
  for (int column = 5; column <= 20; ++column) EXPECT_EQ(state.pixels[5 * 28 + column], 255);
  EXPECT_GT(state.pixels[6 * 28 + 10], 100);  // the soft edge
  EXPECT_EQ(state.pixels[8 * 28 + 10], 0);
  EXPECT_EQ(state.pixels[5 * 28 + 24], 0);
  stroke(state, 10.5f, 5.5f, 10.5f, 5.5f, true);
  EXPECT_EQ(state.pixels[5 * 28 + 10], 0);
  EXPECT_EQ(state.pixels[5 * 28 + 15], 255);
}

TEST(Drawing, OpensEmptyInTheSizeOfTheData) {
  Snapshot snapshot = testing::sample_snapshot(1);
  DrawingState state;
  open_or_close_drawing(snapshot, state);
  EXPECT_TRUE(state.open);
  EXPECT_EQ(state.pixels, std::vector<uint8_t>(28 * 28));
  open_or_close_drawing(snapshot, state);
  EXPECT_FALSE(state.open);
}

}  // namespace
}  // namespace lab
