// Attention over tokens on the Lanes page: maps or lines, a translator's three attentions, a writer's tokens by hand.

#include "app/panels/texts/token_view.h"

#include <gtest/gtest.h>

#include <cmath>

#include "app/panels/keys.h"
#include "app/panels/texts/shown_characters.h"
#include "app/panels/texts/text_field.h"
#include "app/panels/texts/token_steps.h"
#include "tests/app/panel_driver.h"
#include "tests/app/text_snapshot.h"
#include "tests/core/train/small_texts.h"

namespace lab::testing {
namespace {

const command::SetProbeText* last_text(const Commands& commands) {
  const command::SetProbeText* found = nullptr;
  for (const Command& command : commands.waiting())
    if (const auto* text = std::get_if<command::SetProbeText>(&command)) found = text;
  return found;
}

TEST(TokenView, WhoLooksAtWhomIsOfTheAttentionShown) {
  const Snapshot snapshot = snapshot_of(small_experiment("dates", {"dense"}));
  const LaneSnapshot& lane = snapshot.lanes.front();
  const SeenTokens cross = seen_tokens(snapshot, lane, Looking::kCross);
  EXPECT_EQ(cross.asking.data(), lane.answer_tokens.data());
  EXPECT_EQ(cross.looked_at.data(), snapshot.tokens.data());
  EXPECT_EQ(seen_tokens(snapshot, lane, Looking::kAnswer).looked_at.data(), lane.answer_tokens.data());
  EXPECT_EQ(seen_tokens(snapshot, lane, Looking::kTokens).asking.data(), snapshot.tokens.data());
}

TEST(TokenView, AllThreeAttentionsAreShownWhereThereIsRoom) {
  const PanelDriver lab(snapshot_of(small_experiment("dates", {"dense"})));
  const LaneSnapshot& lane = lab.snapshot.lanes.front();
  EXPECT_TRUE(shows_all_attentions(lane, 700));
  EXPECT_FALSE(shows_all_attentions(lane, 300));
  EXPECT_FALSE(shows_all_attentions(LaneSnapshot{}, 700));
}

TEST(TokenView, AClickOnAnotherAttentionChoosesItAndWhoLooks) {
  PanelDriver lab(snapshot_of(small_experiment("dates", {"dense"})), 1600, 1000);
  lab.frames(3);
  ASSERT_EQ(lab.view.lanes.text.looking, Looking::kCross);
  // The text's own map is the leftmost of three.
  const auto chosen = [&] { return lab.view.lanes.text.looking == Looking::kTokens; };
  bool found = false;
  for (float y = 300; y < 800 && !found; y += 40)
    found = lab.click_along(
        {270, y}, [&] { return chosen() || lab.view.lanes.text.answer_query >= 0; }, 24);
  EXPECT_TRUE(found);
}

TEST(TokenView, KeysChooseMapOrLinesPathAndHowLarge) {
  PanelDriver lab(snapshot_of(small_experiment("dates", {"dense"})));
  lab.frames(2);
  const auto type = [&](const char* key) { press(key, lab.snapshot, lab.view, lab.commands), lab.frames(2); };
  const TokenViewState& state = lab.view.lanes.tokens;
  type("Ctrl+V");
  EXPECT_TRUE(state.lines);
  type("Ctrl+V");
  EXPECT_FALSE(state.lines);
  type("Ctrl+X");
  EXPECT_FALSE(state.path);
  const MapView& cross = state.maps[static_cast<size_t>(Looking::kCross)];
  type("Ctrl+=");
  EXPECT_FLOAT_EQ(cross.zoom, 1.5f);
  type("Ctrl+=");
  for (int i = 0; i < 30; ++i) type("Ctrl+→");  // to the last token of the answer, which comes into sight
  const int rows = static_cast<int>(lab.snapshot.lanes.front().answer_tokens.size());
  EXPECT_NEAR(cross.row + static_cast<float>(rows) / cross.zoom, rows, 0.01);
  type("Ctrl+0");
  EXPECT_EQ(cross, MapView{});
}

TEST(TokenView, LinesAreDrawnForEveryKind) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : {small_experiment("sentences", {"dense", "local:window=1"}),
                                       small_experiment("dates", {"dense"}), small_writer(folder, {"dense"})})
    for (const ImVec2 size : {ImVec2{640, 480}, ImVec2{1920, 1080}}) {
      PanelDriver lab(snapshot_of(experiment), size.x, size.y);
      lab.view.lanes.tokens.lines = true;
      lab.frames(3);
    }
}

TEST(TokenSteps, ATokenMoreAndOneLess) {
  const std::vector<std::string> texts = {"the cat sat"};
  const Tokenizer letters = learn_characters(texts, 100), words = learn_words(texts, 100);
  EXPECT_EQ(with_token(letters, "the", letters.find("c")), "thec");
  EXPECT_EQ(without_last_token(letters, "thec"), "the");
  EXPECT_EQ(without_last_token(letters, "e\u0301"), "");  // one character
  EXPECT_EQ(with_token(words, "the", words.find("cat")), "the cat");
  EXPECT_EQ(without_last_token(words, "the cat"), "the");
  EXPECT_EQ(without_last_token(words, ""), "");
}

TEST(TokenSteps, ArrowsWriteByHandOnlyWhenAsked) {
  const TemporaryFolder folder;
  PanelDriver lab(snapshot_of(small_writer(folder, {"dense"}), "the c"));
  lab.frames(2);
  press("→", lab.snapshot, lab.view, lab.commands);
  EXPECT_EQ(last_text(lab.commands), nullptr);
  EXPECT_TRUE(lab.asked<command::StepBatch>());
  lab.commands.take();
  press("Ctrl+Enter", lab.snapshot, lab.view, lab.commands);
  press("→", lab.snapshot, lab.view, lab.commands);
  const int likeliest = next_tokens(lab.snapshot, lab.snapshot.lanes.front(), 1).front();
  ASSERT_NE(last_text(lab.commands), nullptr);
  EXPECT_EQ(last_text(lab.commands)->text, "the c" + lab.snapshot.data->tokenizer.token(likeliest));
  EXPECT_FALSE(lab.asked<command::StepBatch>());
  press("←", lab.snapshot, lab.view, lab.commands);
  EXPECT_EQ(last_text(lab.commands)->text, "the c");
  press("←", lab.snapshot, lab.view, lab.commands);
  EXPECT_EQ(last_text(lab.commands)->text, "the ");
}

TEST(TokenSteps, OnlyTokensThatCanBeWrittenComeNext) {
  const TemporaryFolder folder;
  const Snapshot snapshot = snapshot_of(small_writer(folder, {"dense"}), "the c");
  const LaneSnapshot& lane = snapshot.lanes.front();
  const std::vector<int> next = next_tokens(snapshot, lane, 5);
  EXPECT_EQ(next.size(), 5u);
  const std::span<const float> probabilities = next_probabilities(snapshot, lane);
  float sum = 0;
  for (const float probability : probabilities) sum += probability;
  EXPECT_NEAR(sum, 1, 1e-4);
  for (size_t i = 1; i < next.size(); ++i) EXPECT_GE(probabilities[next[i - 1]], probabilities[next[i]]);
  for (const int token : next) EXPECT_GE(token, Tokenizer::kFirstOwn);
  EXPECT_TRUE(next_tokens(snapshot_of(small_experiment("sentences", {"dense"})), lane, 5).empty());
}

TEST(TokenSteps, LineEndsAreSignsInTheField) {
  View view;
  Commands commands;
  type_text(view.lanes.field, "one\ntwo", commands);
  EXPECT_EQ(view.lanes.field.text, "one↵two");
  EXPECT_EQ(last_text(commands)->text, "one\ntwo");
  type_text(view.lanes.field, view.lanes.field.text, commands);  // as ImGui gives it back
  EXPECT_EQ(last_text(commands)->text, "one\ntwo");
}

TEST(ShownCharacters, ComeFromTheDataAndFromWhatIsTyped) {
  const Snapshot snapshot = snapshot_of(small_experiment("sentences", {"dense"}));
  ShownCharacters shown;
  View view;
  EXPECT_TRUE(shown.update(snapshot, view));
  EXPECT_TRUE(shown.all().all().contains(0x6211));  // 我
  EXPECT_FALSE(shown.update(snapshot, view));
  view.lanes.field.text = "ש";
  EXPECT_TRUE(shown.update(snapshot, view));
  EXPECT_FALSE(shown.update(snapshot, view));
}

}  // namespace
}  // namespace lab::testing
