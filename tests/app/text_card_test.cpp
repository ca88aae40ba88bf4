// The Lanes page of texts: every kind of model at every size, what clicks choose, and the field that is typed into.

#include "app/panels/texts/text_card.h"

#include <gtest/gtest.h>

#include "app/panels/keys.h"
#include "app/panels/texts/baseline.h"
#include "app/panels/texts/text_field.h"
#include "tests/app/panel_driver.h"
#include "tests/app/text_snapshot.h"
#include "tests/core/train/small_texts.h"

namespace lab::testing {
namespace {

template <class C>
const C* last(const Commands& commands) {
  const C* found = nullptr;
  for (const Command& command : commands.waiting())
    if (const C* one = std::get_if<C>(&command)) found = one;
  return found;
}

TEST(TextCard, EveryKindIsDrawnOnEveryPageAtEverySize) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : {small_experiment("sentences", {"dense", "local:window=1"}),
                                       small_experiment("dates", {"dense"}), small_writer(folder, {"dense"})})
    for (const ImVec2 size : {ImVec2{640, 480}, ImVec2{1280, 800}, ImVec2{1920, 1080}}) {
      PanelDriver lab(snapshot_of(experiment), size.x, size.y);
      for (int page = 0; page <= static_cast<int>(Page::kExamples); ++page) {
        lab.view.page = static_cast<Page>(page);
        lab.frames(2);
      }
      for (const Looking looking : {Looking::kTokens, Looking::kAnswer, Looking::kCross}) {
        lab.view.page = Page::kLanes;
        lab.view.lanes.text.looking = looking;
        lab.frames(2);
      }
    }
}

TEST(TextCard, TheCardFitsWhatThereIs) {
  PanelDriver lab(snapshot_of(small_experiment("dates", {"dense", "local:window=1", "block:block=4"})));
  lab.frames(1);
  ImGui::NewFrame();
  const TextCardLayout layout = lay_out_text_cards(lab.snapshot, 200, 520);
  ImGui::EndFrame();
  EXPECT_LE(layout.height, 521);
  EXPECT_GE(layout.map, 96);
  EXPECT_LE(layout.map, 180);
  EXPECT_GT(layout.answer, 0);
}

TEST(TextCard, AClickOnATokenAsksWhereItLooks) {
  PanelDriver lab(snapshot_of(small_experiment("sentences", {"dense"})));
  lab.frames(3);
  EXPECT_EQ(resolve(lab.view.selection, lab.snapshot).query, 0);  // the class token, which answers
  const auto over_a_later_token = [&] { return lab.view.lanes.hovered.query == 0 && lab.view.lanes.hovered.key == 3; };
  ASSERT_TRUE(lab.find(over_a_later_token, {260, 150}, 7));
  lab.click();
  EXPECT_EQ(lab.view.selection.query, 3);
}

TEST(TextCard, KeysWalkTheTokensOfTheAttentionThatIsShown) {
  PanelDriver lab(snapshot_of(small_experiment("dates", {"dense"})));
  lab.frames(2);
  press("Ctrl+→", lab.snapshot, lab.view, lab.commands);
  EXPECT_EQ(lab.view.lanes.text.answer_query, 2);
  EXPECT_EQ(lab.view.selection.query, -1);
  press("Ctrl+A", lab.snapshot, lab.view, lab.commands);
  EXPECT_EQ(lab.view.lanes.text.looking, Looking::kTokens);
  press("Ctrl+→", lab.snapshot, lab.view, lab.commands);
  EXPECT_EQ(lab.view.selection.query, resolve({}, lab.snapshot).query + 1);
  lab.frames(2);
}

TEST(TextField, EveryLetterIsLookedAt) {
  PanelDriver lab(snapshot_of(small_experiment("sentences", {"dense"})));
  lab.frames(2);
  press("Ctrl+W", lab.snapshot, lab.view, lab.commands);
  lab.frames(3);
  EXPECT_TRUE(ImGui::GetIO().WantTextInput);
  for (const char* letter : {"读", "书"}) {
    ImGui::GetIO().AddInputCharactersUTF8(letter);
    lab.frames(2);
  }
  const auto* typed = last<command::SetProbeText>(lab.commands);
  ASSERT_NE(typed, nullptr);
  EXPECT_EQ(typed->text, "读书");
}

TEST(TextField, WhatWasTypedGoesWhenATestTextIsLookedAtAgain) {
  PanelDriver lab(snapshot_of(small_experiment("sentences", {"dense"})));
  type_text(lab.view.lanes.field, "读书", lab.commands);
  lab.frames(3);
  EXPECT_EQ(lab.view.lanes.field.text, "读书");  // on its way
  lab.snapshot.probe.index = -1;
  lab.snapshot.probe.text = "读书";
  lab.frames(2);
  lab.snapshot.probe.index = 0;
  lab.frames(2);
  EXPECT_EQ(lab.view.lanes.field.text, "");
}

TEST(TextField, AWriterIsToldHowToGoOn) {
  const TemporaryFolder folder;
  PanelDriver lab(snapshot_of(small_writer(folder, {"dense"}), "the c"));
  lab.frames(2);
  press("Ctrl+A", lab.snapshot, lab.view, lab.commands);
  const auto* write = last<command::Write>(lab.commands);
  ASSERT_NE(write, nullptr);
  EXPECT_EQ(write->settings.seed, lab.snapshot.writing.seed + 1);
}

TEST(Baseline, IsCountedBesideTheWindow) {
  const TemporaryFolder folder;
  std::string lines;
  for (int i = 0; i < 60; ++i) lines += "cold\tice and snow\nwarm\tsun and sand\n";
  Experiment e = small_experiment("definitions", {"dense"});
  e.data_dir = folder.write("texts", lines);
  PanelDriver lab(snapshot_of(e));
  lab.frames(1);
  EXPECT_TRUE(lab.view.baseline.counted.empty());  // nobody is there to be told
  lab.view.wake = [] {};
  lab.frames(1);
  while (!lab.view.baseline.counted.back()->ended()) lab.frames(1);
  lab.frames(1);
  ASSERT_TRUE(known_baseline(lab.view));
  EXPECT_EQ(known_baseline(lab.view)->name, "naive Bayes of words");
  EXPECT_DOUBLE_EQ(known_baseline(lab.view)->value, 1);
}

}  // namespace
}  // namespace lab::testing
