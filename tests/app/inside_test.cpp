// The Inside page: asks for what its open view shows, draws it at every size, of pictures and of texts, and does what
// is clicked.

#include "app/panels/inside/inside.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/panels/keys.h"
#include "app/panels/lanes/head_figures.h"
#include "core/live/live_run.h"
#include "tests/app/panel_driver.h"

namespace lab::testing {
namespace {

Experiment small(const char* task) {
  Experiment e;
  e.task = task;
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 32, .patch = 4, .dropout = 0};
  e.batch = 16;
  e.lanes = {parse_lane("dense"), parse_lane("local:window=1")};
  return e;
}

Snapshot looked_into(const InsidePlace& place, const char* task = "shapes") {
  LiveRun run(small(task));
  run.advance();
  run.apply(command::LookInside{place});
  do run.snapshot();
  while (run.finding_out());
  return *run.snapshot();
}

const InsideView kAll[] = {InsideView::kHeads, InsideView::kQueriesAndKeys, InsideView::kMistakes,
                           InsideView::kWeights};

PanelDriver& open(PanelDriver& lab, InsideView shown) {
  open_inside(lab.view, shown, lab.snapshot.inside.place.layer, lab.snapshot.inside.place.head);
  lab.view.selection.lane = lab.snapshot.inside.place.lane;
  lab.frames(3);
  return lab;
}

InsidePlace last_asked(const PanelDriver& lab) {
  return std::get<command::LookInside>(lab.commands.waiting().back()).place;
}

TEST(InsidePage, AsksForTheOpenViewWhileItIsOpenOnly) {
  PanelDriver lab(sample_snapshot());
  lab.frames(2);
  EXPECT_FALSE(lab.asked<command::LookInside>());
  lab.view.selection.lane = 1;
  for (const InsideView shown : kAll) {
    lab.commands.take();
    press(inside_key(shown), lab.snapshot, lab.view, lab.commands);
    lab.frames(2);
    EXPECT_EQ(lab.view.page, Page::kInside);
    ASSERT_TRUE(lab.asked<command::LookInside>());
    EXPECT_EQ(last_asked(lab).lane, 1);
    EXPECT_EQ(last_asked(lab).view, shown);
    EXPECT_EQ(lab.commands.take().size(), 1u) << "asked once";
  }
  lab.view.page = Page::kLanes;
  lab.frames(2);
  ASSERT_TRUE(lab.asked<command::LookInside>());
  EXPECT_EQ(last_asked(lab).lane, -1);
}

TEST(InsidePage, AnotherHeadIsAskedForOnlyWhereItMatters) {
  PanelDriver lab(sample_snapshot());
  open(lab, InsideView::kHeads);
  lab.commands.take();
  lab.view.selection.head = 1;
  lab.frames(2);
  EXPECT_FALSE(lab.asked<command::LookInside>());
  lab.view.inside.view = InsideView::kQueriesAndKeys;
  lab.frames(2);
  EXPECT_EQ(last_asked(lab).head, 1);
}

TEST(InsidePage, DrawsEveryViewAtEverySizeOfPicturesAndTexts) {
  for (const char* task : {"shapes", "reverse"})
    for (const InsideView shown : kAll) {
      const Snapshot snapshot = looked_into({1, shown, 1, 1}, task);
      for (const ImVec2 size : {ImVec2{420, 300}, ImVec2{640, 480}, ImVec2{1280, 800}, ImVec2{3840, 2160}}) {
        PanelDriver lab(snapshot, size.x, size.y);
        open(lab, shown);
        EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 500);
      }
    }
}

const Attending kThree[] = {Attending::kTokens, Attending::kAnswer, Attending::kCross};

TEST(InsidePage, DrawsEachOfATranslatorsAttentions) {
  for (const InsideView shown : {InsideView::kHeads, InsideView::kQueriesAndKeys})
    for (const Attending attending : kThree) {
      const Snapshot snapshot = looked_into({0, shown, 1, 1, attending}, "reverse");
      ASSERT_EQ(snapshot.inside.missing, "");
      for (const ImVec2 size : {ImVec2{640, 480}, ImVec2{1280, 800}, ImVec2{3840, 2160}}) {
        PanelDriver lab(snapshot, size.x, size.y);
        lab.view.lanes.text.looking = attending;
        open(lab, shown);
        EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 500);
        EXPECT_FALSE(lab.asked<command::LookInside>() && last_asked(lab).attending != attending);
      }
    }
}

TEST(InsidePage, AKeyChoosesATranslatorsAttentionAndItIsAskedForWhereItMatters) {
  PanelDriver lab(looked_into({0, InsideView::kHeads, 0, 0, Attending::kCross}, "reverse"));
  open(lab, InsideView::kHeads);
  EXPECT_EQ(last_asked(lab).attending, Attending::kCross);
  for (const Attending expected : kThree) {
    press("Ctrl+A", lab.snapshot, lab.view, lab.commands);
    lab.frames(2);
    EXPECT_EQ(last_asked(lab).attending, expected);
  }
  open(lab, InsideView::kMistakes);
  EXPECT_EQ(last_asked(lab).attending, Attending::kTokens) << "mistakes are of no attention";
}

TEST(InsidePage, OfATranslatorARowOfTheOpenMapChoosesWhoLooks) {
  for (const Attending attending : {Attending::kAnswer, Attending::kCross}) {
    PanelDriver lab(looked_into({0, InsideView::kHeads, 0, 0, attending}, "reverse"), 1600, 1000);
    lab.view.lanes.text.looking = attending;
    open(lab, InsideView::kHeads);
    const auto chosen = [&] { return lab.view.lanes.text.answer_query == 3; };
    bool found = false;
    for (float y = 200; y < 600 && !found; y += 10) found = lab.click_along({700, y}, chosen, 60);
    EXPECT_TRUE(found) << name_of(attending);
    EXPECT_EQ(lab.view.selection.query, -1) << "who looks in the text is another matter";
  }
}

TEST(InsidePage, TheCloudOfAnAnswerJoinsItWithTheText) {
  PanelDriver lab(looked_into({0, InsideView::kQueriesAndKeys, 1, 0, Attending::kCross}, "reverse"));
  lab.view.lanes.text.looking = Attending::kCross;
  open(lab, InsideView::kQueriesAndKeys);
  const QueryKeyCloud& cloud = *lab.snapshot.inside.pairs;
  const CloudState& state = lab.view.inside.cloud;
  const int resting = state.query;
  EXPECT_EQ(cloud.sample_of_query(resting).index, -1) << "of the text that is looked at";
  EXPECT_EQ(resting - cloud.sample_of_query(resting).queries.first, 1) << "the first token that is written";
  EXPECT_EQ(state.key, cloud.best_key(resting));
  ASSERT_TRUE(lab.find([&] { return state.query != resting; }, {100, 250}));
  EXPECT_TRUE(cloud.exists(state.query, state.key));
}

TEST(InsidePage, FiguresAreThoseThatMeanSomethingThere) {
  const auto names = [](const Geometry& geometry, Attending attending) {
    std::string all;
    for (const HeadFigure& figure : head_figures())
      if (figure.applies(geometry, attending)) all += std::string(figure.name) + "; ";
    return all;
  };
  const std::string cross = names(Geometry::sequence(5), Attending::kCross);
  EXPECT_EQ(cross, "Entropy, nats; Of the most possible; Largest weight; Moves on; Moves back; ");
  const std::string answer = names(Geometry::sequence(5), Attending::kAnswer);
  EXPECT_NE(answer.find("On the token before"), std::string::npos);
  EXPECT_EQ(answer.find("Moves"), std::string::npos);
  EXPECT_EQ(names(Geometry::grid(3, 3, 1), Attending::kTokens).find("On the token before"), std::string::npos);
  EXPECT_NE(names(Geometry::grid(3, 3, 1), Attending::kTokens).find("On the class token"), std::string::npos);
}

TEST(InsidePage, AClickOpensAHead) {
  PanelDriver lab(looked_into({0, InsideView::kHeads}));
  lab.view.selection.layer = 1, lab.view.selection.head = 1;
  open(lab, InsideView::kHeads);
  lab.view.selection.layer = 1, lab.view.selection.head = 1;
  const auto first = [&] { return lab.view.selection.layer == 0 && lab.view.selection.head == 0; };
  EXPECT_TRUE(lab.click_along({20, 250}, first, 30));
}

TEST(InsidePage, TheOpenHeadsRowFollowsTheMouse) {
  PanelDriver lab(looked_into({0, InsideView::kHeads}));
  open(lab, InsideView::kHeads);
  EXPECT_EQ(lab.view.inside.heads.key, -1);
  EXPECT_TRUE(lab.find([&] { return lab.view.inside.heads.key == 9; }, {740, 180}));
}

TEST(InsidePage, TheMouseJoinsAPairAndAClickHoldsAQuery) {
  PanelDriver lab(looked_into({0, InsideView::kQueriesAndKeys, 1, 0}));
  open(lab, InsideView::kQueriesAndKeys);
  const CloudState& cloud = lab.view.inside.cloud;
  const int resting = cloud.query;
  EXPECT_EQ(resting, resolve(lab.view.selection, lab.snapshot).query);
  EXPECT_EQ(cloud.key, lab.snapshot.inside.pairs->best_key(resting));
  ASSERT_TRUE(lab.find([&] { return cloud.query != resting; }, {100, 250}));
  EXPECT_TRUE(lab.snapshot.inside.pairs->exists(cloud.query, cloud.key));
  const int pointed = cloud.query;
  lab.click();
  EXPECT_EQ(cloud.held, pointed);
  lab.mouse({-1000, -1000});
  lab.frames(2);
  EXPECT_EQ(cloud.query, pointed);
}

TEST(InsidePage, AMistakeThatIsClickedIsLookedAt) {
  for (const char* task : {"shapes", "reverse"}) {
    PanelDriver lab(looked_into({0, InsideView::kMistakes}, task));
    ASSERT_FALSE(lab.snapshot.inside.mistakes->worst.empty());
    open(lab, InsideView::kMistakes);
    lab.commands.take();
    const auto asked = [&] { return lab.asked<command::SetProbe>(); };
    ASSERT_TRUE(lab.click_along({820, 260}, asked, 40)) << task;
    const int index = std::get<command::SetProbe>(lab.commands.waiting().back()).index;
    const auto& worst = lab.snapshot.inside.mistakes->worst;
    EXPECT_TRUE(std::any_of(worst.begin(), worst.end(), [&](const Judged& one) { return one.index == index; }));
  }
}

TEST(InsidePage, AKeyGoesThroughTheWorstMistakes) {
  PanelDriver lab(looked_into({0, InsideView::kMistakes}));
  open(lab, InsideView::kMistakes);
  const auto& worst = lab.snapshot.inside.mistakes->worst;
  ASSERT_GT(worst.size(), 2u);
  for (const size_t expected : {0, 1, 2}) {
    lab.commands.take();
    press("Ctrl+5", lab.snapshot, lab.view, lab.commands);
    ASSERT_TRUE(lab.asked<command::SetProbe>());
    lab.snapshot.probe.index = std::get<command::SetProbe>(lab.commands.waiting().back()).index;
    EXPECT_EQ(lab.snapshot.probe.index, worst[expected].index);
  }
}

TEST(InsidePage, ListsScrollByKeys) {
  PanelDriver lab(looked_into({0, InsideView::kWeights}), 640, 480);
  open(lab, InsideView::kWeights);
  press("PgDn", lab.snapshot, lab.view, lab.commands);
  EXPECT_GT(lab.view.inside.scroll, 0);
  lab.frames(2);
  EXPECT_EQ(lab.view.inside.scroll, 0) << "done";
}

TEST(InsidePage, SaysWhyThereIsNothingToSee) {
  LiveRun run(small("shapes"));
  Experiment linear = small("shapes");
  linear.lanes = {parse_lane("dense:strategy=linear")};
  run.apply(command::SetExperiment{linear});
  run.apply(command::LookInside{{0, InsideView::kQueriesAndKeys}});
  do run.snapshot();
  while (run.finding_out());
  const auto snapshot = run.snapshot();
  EXPECT_NE(snapshot->inside.missing, "");
  PanelDriver lab(*snapshot);
  open(lab, InsideView::kQueriesAndKeys);
}

}  // namespace
}  // namespace lab::testing
