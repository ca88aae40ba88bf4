// The lane editor, driven by the mouse: every pattern, painting pairs, exceptions for some heads.

#include <gtest/gtest.h>

#include <imgui.h>

#include "app/panels/setup/setup.h"
#include "tests/app/panel_driver.h"

namespace lab::testing {
namespace {

// The strategies, and at their right the pages that have two columns.
const ImVec2 kStrategies[] = {{650, 190}, {960, 260}};

// Where at 1280 × 800 the editor has the choice of heads, the patterns, and a painting's "fill" and "clear", and
// "undo".
const ImVec2 kHeads[] = {{284, 130}, {640, 156}}, kPlaces[] = {{325, 166}, {640, 214}},
             kKinds[] = {{284, 196}, {600, 250}}, kFill[] = {{404, 300}, {450, 340}},
             kUndo[] = {{470, 676}, {600, 700}};

int painted_pairs(const PairMask& mask) {
  int pairs = 0;
  for (int i = 0; i < mask.tokens(); ++i)
    for (int j = 0; j < mask.tokens(); ++j) pairs += mask.exists(i, j);
  return pairs;
}

// The editor of lane 1, which is written `lane`.
struct Editor : PanelDriver {
  explicit Editor(const std::string& lane, int patch = 4, ImVec2 size = {1280, 800})
      : PanelDriver(with(lane, patch), size.x, size.y) {
    frames(2);
    edit_lane(view.setup, 1);
    frames(3);
  }

  static Snapshot with(const std::string& lane, int patch) {
    Snapshot snapshot = sample_snapshot();
    snapshot.experiment.lanes[1] = parse_lane(lane);
    snapshot.experiment.model.patch = patch;
    return snapshot;
  }

  const Lane& lane() const { return view.setup.draft.wanted().lanes[1]; }
  const PairMask& mask() const { return lane().pattern.mask; }

  /// Clicks here and there in a rectangle, row by row, until `done`.
  bool click_in(ImVec2 low, ImVec2 high, const std::function<bool()>& done) {
    for (float y = low.y; y < high.y; y += 9)
      for (float x = low.x; x < high.x; x += 20) {
        mouse({x, y});
        frames(2);
        click();
        if (done()) return true;
      }
    return false;
  }
};

TEST(LaneEditor, DrawsEveryPatternAtEverySize) {
  for (const ImVec2 size : {ImVec2{1280, 800}, ImVec2{800, 500}, ImVec2{320, 240}, ImVec2{1920, 1080}})
    for (const PatternKind& kind : pattern_kinds()) {
      Editor editor(text(usual_pattern(kind)) + "+local:heads=2,layers=1", 4, size);
      EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 200) << kind.name;
    }
}

TEST(LaneEditor, DrawsEveryStrategyAtEverySize) {
  for (const ImVec2 size : {ImVec2{1280, 800}, ImVec2{320, 240}, ImVec2{1920, 1080}})
    for (const StrategyKind& kind : strategy_kinds()) {
      Editor editor("dense:strategy=" + std::string(kind.name), 4, size);
      EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 200) << kind.name;
    }
}

TEST(LaneEditor, AStrategyIsChosenAndWhatDoesNotGoWithItGivesWay) {
  Editor editor("local:window=1,score=cosine");
  ASSERT_TRUE(editor.click_in(kStrategies[0], kStrategies[1], [&] { return editor.lane().strategy.kind == "linear"; }));
  EXPECT_EQ(text(editor.lane()), "dense:strategy=linear");
  ASSERT_TRUE(editor.click_in(kStrategies[0], kStrategies[1], [&] { return editor.lane().strategy.kind == "top_k"; }));
  EXPECT_EQ(text(editor.lane()), "dense:strategy=top_k,k=8");
}

TEST(LaneEditor, PaintingBeginsWithThePairsThatTheLaneHad) {
  Editor editor("local:window=1");
  Pattern before;
  ASSERT_TRUE(editor.click_in(kKinds[0], kKinds[1], [&] {
    if (editor.lane().pattern.kind == "painted") return true;
    before = editor.lane().pattern;
    return false;
  }));
  EXPECT_EQ(editor.mask(), TileMap(before, editor.snapshot.geometry).mask());
}

TEST(LaneEditor, DragsPaintAndShiftAndTheRightButtonRemove) {
  Editor editor("painted");
  editor.view.setup.draft.edit([](Experiment& experiment) { experiment.lanes[1].pattern.mask = PairMask(50); },
                               editor.commands);
  const ImVec2 from = {320, 420}, to = {480, 420};  // along one row of the canvas
  editor.drag(from, to);
  const int row = painted_pairs(editor.mask());
  EXPECT_GT(row, 15);
  EXPECT_LT(row, 35);
  editor.drag(from, {320, 560});  // down a column
  const int corner = painted_pairs(editor.mask());
  EXPECT_GT(corner, row + 12);
  editor.drag(from, to, ImGuiMouseButton_Right);
  EXPECT_EQ(painted_pairs(editor.mask()), corner - row);
  editor.drag({320, 560}, {320, 5000});  // on beyond the edge: to the last row and no further
  EXPECT_GT(painted_pairs(editor.mask()), corner - row);
  EXPECT_EQ(editor.mask().tokens(), 50);
}

TEST(LaneEditor, AStrokeCanBeUndoneAndDoneAgain) {
  Editor editor("painted");
  editor.view.setup.draft.edit([](Experiment& experiment) { experiment.lanes[1].pattern.mask = PairMask(50, true); },
                               editor.commands);
  editor.frames(2);
  editor.drag({320, 420}, {480, 480}, ImGuiMouseButton_Right);
  const PairMask painted = editor.mask();
  EXPECT_LT(painted_pairs(painted), 2500);
  const auto undo = [&](const PairMask& expected) {
    return editor.click_in(kUndo[0], kUndo[1], [&] { return editor.mask() == expected; });
  };
  EXPECT_TRUE(undo(PairMask(50, true)));
  editor.frames(2);
  EXPECT_TRUE(undo(painted));
}

TEST(LaneEditor, PaintsPicturesOf197Tokens) {
  Editor editor("painted", 2);
  const int full = 197 * 197;
  ASSERT_TRUE(editor.click_in(kFill[0], kFill[1], [&] { return painted_pairs(editor.mask()) == full; }));
  editor.view.setup.pairs.brush = 9;
  editor.drag({320, 420}, {480, 420}, ImGuiMouseButton_Right);
  EXPECT_LT(painted_pairs(editor.mask()), full - 9 * 80);
  EXPECT_EQ(editor.mask().tokens(), 197);
}

TEST(LaneEditor, AMaskForOtherPatchesIsShownAsTroubleAndCanBeFilledAnew) {
  Editor editor("painted:mask=0-2/0-2/0-2");
  EXPECT_EQ(editor.mask().tokens(), 3);
  EXPECT_TRUE(editor.click_in(kFill[0], kFill[1], [&] { return editor.mask().tokens() == 50; }));
}

TEST(LaneEditor, LetsSomeHeadsDoOtherwise) {
  Editor editor("dense");
  ASSERT_TRUE(editor.click_in(kHeads[0], kHeads[1], [&] { return !editor.lane().exceptions.empty(); }));
  EXPECT_EQ(text(editor.lane()), "dense+local:window=1,heads=1-2");
  EXPECT_EQ(editor.view.setup.edited_exception, 0);
  ASSERT_TRUE(editor.click_in(kPlaces[0], kPlaces[1], [&] { return !editor.lane().exceptions.at(0).layers.all(); }));
  EXPECT_EQ(text(editor.lane()).find("dense+local"), 0u);  // the rest is as it was
}

}  // namespace
}  // namespace lab::testing
