// The settings' table: what can be chosen, and how keys walk through it.

#include "app/panels/setup/settings.h"

#include <gtest/gtest.h>

#include <set>

#include "app/panels/setup/setting_row.h"

namespace lab {
namespace {

const Setting& setting_of(std::string_view label) {
  for (const Setting& setting : settings())
    if (setting.label == label) return setting;
  throw std::out_of_range(std::string(label));
}

TEST(Settings, SomeOfThreeAreAllOneOrNeighbours) {
  const std::vector<Range> expected = {{}, {1, 1}, {2, 2}, {3, 3}, {1, 2}, {2, 3}};
  EXPECT_EQ(ranges_of(3), expected);
  EXPECT_EQ(ranges_of(1), std::vector<Range>{Range{}});
}

TEST(Settings, GuidedLayersAndHeadsAreChosenByKeysWhereThereIsGuidance) {
  Experiment e;
  const Setting& heads = setting_of("Guided heads");
  EXPECT_FALSE(heads.shown(e));
  e.guidance.target = "objects";
  EXPECT_TRUE(heads.shown(e) && setting_of("Guided layers").shown(e));
  const Snapshot none;
  for (const Range& expected : {Range{1, 1}, Range{2, 2}, Range{3, 3}, Range{4, 4}, Range{1, 2}}) {
    change(heads, e, none, 1);
    EXPECT_EQ(e.guidance.heads, expected);
  }
  for (int times = 0; times < 9; ++times) change(heads, e, none, -1);
  EXPECT_EQ(e.guidance.heads, Range{});
  e.guidance.layers = {5, 6};  // of a model that had more
  change(setting_of("Guided layers"), e, none, 1);
  EXPECT_EQ(e.guidance.layers, Range{});
}

TEST(Settings, WhatALaneMayHaveOfItsOwnHasARowEach) {
  std::multiset<std::string> rows, own;
  OwnSettings none;
  each_own(none, [&](const char* name, auto, auto&, auto) { own.insert(name); });
  for (const Setting* setting : settings_of_lanes()) {
    Experiment up, down;
    change(*setting, up, {}, 1), change(*setting, down, {}, -1);
    const OwnSettings changed = own_settings(Experiment{}, up == Experiment{} ? down : up);
    each_own(changed, [&](const char* name, auto, const auto& member, auto) {
      if (member) rows.insert(name);
    });
  }
  EXPECT_EQ(rows, own);
}

TEST(Settings, AlignmentsGuideAllPlacesOfAnAnswer) {
  Experiment e;
  e.guidance.target = "alignment";
  EXPECT_FALSE(setting_of("Guided query").shown(e));
  EXPECT_TRUE(setting_of("Guidance").shown(e));
}

}  // namespace
}  // namespace lab
