// The view that a saved run brings along.

#include "app/panels/files/view_file.h"

#include <gtest/gtest.h>

#include "tests/app/panel_driver.h"

namespace lab::testing {
namespace {

View unusual_view() {
  View view;
  view.page = Page::kBudget;
  view.selection = {.lane = 1, .layer = 0, .head = 2, .query = 9};
  view.lanes.style = {ColourMap::kCividis, true};
  view.lanes.compare.reference = {.kind = Reference::Kind::kPin, .step = 120};
  view.curves.logarithmic = true;
  view.curves.plot.low = 10, view.curves.plot.high = 90;
  return view;
}

TEST(ViewFile, BringsBackWhatWasSeen) {
  Snapshot snapshot = sample_snapshot();
  auto pin = std::make_shared<PinSnapshot>();
  pin->step = 120;
  snapshot.pins = {pin};
  snapshot.history.past = true;
  snapshot.step = 70;
  const View seen = unusual_view();
  View view;
  Commands commands;
  take_view(view_text(seen, snapshot), snapshot, view, commands);
  EXPECT_EQ(view.page, seen.page);
  EXPECT_EQ(view.selection, seen.selection);
  EXPECT_EQ(view.lanes.style, seen.lanes.style);
  EXPECT_EQ(view.lanes.compare.reference, seen.lanes.compare.reference);
  EXPECT_TRUE(view.curves.logarithmic);
  EXPECT_EQ(view.curves.plot.high, 90);
  ASSERT_EQ(commands.waiting().size(), 3u);
  EXPECT_EQ(std::get<command::SetProbe>(commands.waiting()[0]).index, 7);
  EXPECT_EQ(std::get<command::Pin>(commands.waiting()[1]).step, 120);
  EXPECT_EQ(std::get<command::LookBack>(commands.waiting()[2]).step, 70);
}

TEST(ViewFile, ForeignTextsAreIgnored) {
  const Snapshot snapshot = sample_snapshot();
  const std::string before = view_text(View(), snapshot);
  for (const char* text :
       {"", "no JSON", "[1, 2]", "7", "{\"page\": 3, \"lane\": \"x\", \"pins\": {\"a\": 1}, \"query\": 1e300}",
        "{\"page\": \"Nowhere\", \"sample\": -5, \"colours\": null, \"compared_with\": [\"pin\"]}", "{\"page\":"}) {
    View view;
    Commands commands;
    take_view(text, snapshot, view, commands);
    EXPECT_EQ(view_text(view, snapshot), before) << text;
    EXPECT_TRUE(commands.waiting().empty()) << text;
  }
}

TEST(ViewFile, IsTakenOverOnceWhenARunIsOpened) {
  PanelDriver lab(sample_snapshot());
  lab.frames(1);
  lab.snapshot.opened_view = {1, view_text(unusual_view(), lab.snapshot)};
  lab.frames(1);
  EXPECT_EQ(lab.view.page, Page::kBudget);
  lab.view.page = Page::kLanes;
  lab.frames(2);
  EXPECT_EQ(lab.view.page, Page::kLanes);
}

}  // namespace
}  // namespace lab::testing
