// Comparing maps and pinning moments on the Lanes page.

#include "app/panels/lanes/compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "app/panels/keys.h"
#include "app/panels/texts/attentions.h"
#include "tests/app/panel_driver.h"
#include "tests/app/text_snapshot.h"
#include "tests/core/train/small_texts.h"

namespace lab::testing {
namespace {

using Kind = Reference::Kind;

/// Now at step 400, and a moment with other weights pinned at step 120.
Snapshot with_a_pin() {
  Snapshot snapshot = sample_snapshot();
  auto pin = std::make_shared<PinSnapshot>();
  pin->step = 120;
  pin->lanes = snapshot.lanes;
  pin->lanes.pop_back();  // the last lane came later
  std::reverse(pin->lanes[0].attention.begin(), pin->lanes[0].attention.end());
  snapshot.pins = {pin};
  for (int64_t step = 0; step <= 400; step += 10) snapshot.history.marks.push_back({step, step % 40 == 0});
  snapshot.history.live_step = 400;
  snapshot.history.budget = 400'000'000;
  return snapshot;
}

void hit(PanelDriver& lab, const char* key) { press(key, lab.snapshot, lab.view, lab.commands); }

TEST(Compare, TheKeyGoesThroughPinsLanesAndHeadsAndBackToNothing) {
  PanelDriver lab(with_a_pin());
  lab.frames(2);
  std::vector<Reference> seen;
  do {
    hit(lab, "/");
    seen.push_back(lab.view.lanes.compare.reference);
    lab.frames(2);
  } while (seen.back().kind != Kind::kNothing && seen.size() < 100);
  const auto count = [&](Kind kind) {
    return std::count_if(seen.begin(), seen.end(), [&](const Reference& one) { return one.kind == kind; });
  };
  EXPECT_EQ(count(Kind::kPin), 1);
  EXPECT_EQ(count(Kind::kLane), 3);
  EXPECT_EQ(count(Kind::kHead), 2 * (4 + 1));  // two layers of four heads and their mean
  EXPECT_EQ(count(Kind::kNothing), 1);
}

TEST(Compare, OfATranslatorEachOfItsThreeAttentionsIsCompared) {
  PanelDriver lab(snapshot_of(small_experiment("dates", {"dense", "local:window=2"})), 1600, 1000);
  lab.view.lanes.compare.reference = {.kind = Kind::kLane, .lane = 0};
  lab.view.selection.head = 1;
  const LaneSnapshot &dense = lab.snapshot.lanes[0], &local = lab.snapshot.lanes[1];
  for (const Looking looking : {Looking::kTokens, Looking::kAnswer, Looking::kCross}) {
    lab.view.lanes.text.looking = looking;
    lab.frames(2);
    const ComparedMap* compared = comparison_of(lab.view.lanes, 1);
    ASSERT_TRUE(compared);
    EXPECT_FALSE(comparison_of(lab.view.lanes, 0)) << "it is what the other is compared with";
    const Selection place = resolve(lab.view.selection, lab.snapshot);
    const auto weights = [&](const LaneSnapshot& lane) {
      const LaneAttention seen = attention_of(lane, looking);
      return selected_weights(seen.weights, seen.maps, place);
    };
    const std::vector<float> now = weights(local), then = weights(dense);
    ASSERT_EQ(compared->difference.difference.size(), now.size());
    ASSERT_EQ(static_cast<size_t>(compared->queries) * compared->keys, now.size());
    for (size_t i = 0; i < now.size(); ++i) EXPECT_EQ(compared->difference.difference[i], now[i] - then[i]);
  }
  lab.snapshot.lanes[0].answer_tokens.back() += "other";
  ++lab.snapshot.serial;
  lab.frames(2);
  EXPECT_FALSE(comparison_of(lab.view.lanes, 1)) << "answers of other tokens have other pairs";
}

TEST(Compare, ShowsTheDifferenceOfWhatIsLookedAt) {
  PanelDriver lab(with_a_pin());
  lab.view.lanes.compare.reference = {.kind = Kind::kPin, .step = 120};
  lab.view.selection.head = 2;
  lab.frames(3);
  const auto& lanes = lab.view.lanes.compare.lanes;
  ASSERT_EQ(lanes.size(), 3u);
  const Selection place = resolve(lab.view.selection, lab.snapshot);
  const auto now = selected_weights(lab.snapshot.lanes[0], place);
  const auto then = selected_weights(lab.snapshot.pins[0]->lanes[0], place);
  EXPECT_EQ(lanes[0].difference.difference, compare_maps(now, then, lab.snapshot.geometry.keys).difference);
  EXPECT_GT(lanes[0].difference.divergence, 0.01);
  EXPECT_EQ(lanes[1].difference.divergence, 0);
  EXPECT_EQ(lanes[0].then, "step 120");
  EXPECT_FALSE(lanes[2].missing.empty());
  EXPECT_EQ(lanes[0].largest, lanes[0].difference.largest);
  lab.view.lanes.style.shared = true;
  lab.frames(1);
  EXPECT_EQ(lanes[1].largest, lanes[0].difference.largest);
}

TEST(Compare, ALaneIsNotComparedWithItself) {
  PanelDriver lab(sample_snapshot());
  lab.view.lanes.compare.reference = {.kind = Kind::kLane, .lane = 1};
  lab.frames(3);
  const auto& lanes = lab.view.lanes.compare.lanes;
  ASSERT_EQ(lanes.size(), 3u);
  EXPECT_TRUE(lanes[0].missing.empty());
  EXPECT_FALSE(lanes[1].missing.empty());
  EXPECT_EQ(lanes[2].then, lab.snapshot.lanes[1].title);
}

TEST(Compare, WhatIsGoneIsNoLongerComparedWith) {
  PanelDriver lab(with_a_pin());
  lab.view.lanes.compare.reference = {.kind = Kind::kPin, .step = 120};
  lab.frames(2);
  EXPECT_FALSE(lab.view.lanes.compare.lanes.empty());
  lab.snapshot.pins.clear();
  lab.frames(2);
  EXPECT_TRUE(lab.view.lanes.compare.lanes.empty());
}

TEST(Compare, DrawsAtEverySize) {
  for (const auto& [width, height] : {std::pair(320.0f, 240.0f), {1280.0f, 800.0f}, {1920.0f, 1080.0f}})
    for (const Reference& reference :
         {Reference{.kind = Kind::kPin, .step = 120}, Reference{.kind = Kind::kLane, .lane = 0},
          Reference{.kind = Kind::kHead, .layer = 0, .head = -1}}) {
      PanelDriver lab(with_a_pin(), width, height);
      lab.view.lanes.compare.reference = reference;
      lab.frames(3);
      for (int i = 0; i < ImGui::GetDrawData()->CmdListsCount; ++i)
        for (const ImDrawVert& vertex : ImGui::GetDrawData()->CmdLists[i]->VtxBuffer)
          ASSERT_TRUE(std::isfinite(vertex.pos.x) && std::isfinite(vertex.pos.y));
    }
}

TEST(Compare, TheDifferenceIsPointedAtAsAMap) {
  PanelDriver lab(with_a_pin());
  lab.view.lanes.compare.reference = {.kind = Kind::kHead, .layer = 0, .head = 1};
  lab.frames(3);
  EXPECT_TRUE(lab.find([&] { return lab.view.lanes.hovered.query >= 0; }, {270, 190}));
  lab.frames(2);
  const int query = lab.view.lanes.hovered.query;
  lab.click();
  EXPECT_EQ(lab.view.selection.query, query);
}

TEST(Pin, TheKeyPinsNowOrThenAndTakesThePinAway) {
  PanelDriver lab(with_a_pin());
  lab.frames(1);
  hit(lab, ";");
  EXPECT_EQ(std::get<command::Pin>(lab.commands.take().back()).step, -1);
  lab.snapshot.history.past = true;
  lab.snapshot.step = 50;
  hit(lab, ";");
  EXPECT_EQ(std::get<command::Pin>(lab.commands.take().back()).step, 50);
  lab.snapshot.step = 120;
  hit(lab, ";");
  EXPECT_EQ(std::get<command::Unpin>(lab.commands.take().back()).step, 120);
}

}  // namespace
}  // namespace lab::testing
