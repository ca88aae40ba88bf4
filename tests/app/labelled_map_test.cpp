// Labelled maps: zoom and movement stay within, labels never overlap, the pair under the mouse is the right one.

#include "app/widgets/labelled_map.h"

#include <gtest/gtest.h>

#include <cmath>

#include "app/widgets/heatmap.h"
#include "tests/app/widget_driver.h"

namespace lab::testing {
namespace {

constexpr MapShape kShape = {128, 64};

TEST(MapView, ZoomKeepsThePlaceUnderTheMouse) {
  const MapView view = zoomed({}, kShape, 4, 32, 48);
  EXPECT_FLOAT_EQ(view.zoom, 4);
  EXPECT_FLOAT_EQ((32 - view.row) * view.zoom, 32);  // in cells of the whole map: as far from the edge as before
  EXPECT_FLOAT_EQ((48 - view.column) * view.zoom, 48);
  EXPECT_EQ(zoomed(view, kShape, 1.0f / 100, 32, 48), MapView{});
  EXPECT_FLOAT_EQ(zoomed(view, kShape, 1e9f, 32, 48).zoom, kMostZoom);
}

TEST(MapView, MovementStopsAtTheEdges) {
  const MapView view = zoomed({}, kShape, 2, 0, 0);
  EXPECT_EQ(moved(view, kShape, -5, -5), view);
  const MapView far = moved(view, kShape, 1e6f, 1e6f);
  EXPECT_FLOAT_EQ(far.row, 64);
  EXPECT_FLOAT_EQ(far.column, 32);
  EXPECT_EQ(moved({}, kShape, 9, 9), MapView{});  // all of it is seen
}

TEST(MapView, RevealsACell) {
  const MapView view = zoomed({}, kShape, 4, 0, 0);  // 32 × 16 cells
  EXPECT_EQ(revealed(view, kShape, 3, 3), view);
  EXPECT_FLOAT_EQ(revealed(view, kShape, 40, 3).row, 9);
  EXPECT_FLOAT_EQ(revealed(moved(view, kShape, 64, 0), kShape, 40, 3).row, 40);
}

TEST(MapView, LabelsHaveRoomAndDoNotJumpWhenTheMapMoves) {
  EXPECT_EQ(labels_with_room(4, 0, 4, 20, 15), (std::vector<int>{0, 1, 2, 3}));
  const std::vector<int> thin = labels_with_room(128, 0, 128, 4, 15);
  EXPECT_EQ(thin.size(), 32u);
  EXPECT_EQ(thin[1], 4);
  EXPECT_EQ(labels_with_room(128, 3.7f, 12, 4, 15), (std::vector<int>{4, 8, 12}));
  EXPECT_TRUE(labels_with_room(128, 0, 128, 0, 15).empty());
  EXPECT_TRUE(labels_with_room(0, 0, 0, 4, 15).empty());
}

TEST(LabelledMap, FitsItsRoomWithSquareCells) {
  const WidgetDriver driver([] {});
  for (const MapShape shape : {MapShape{128, 128}, MapShape{3, 40}, MapShape{60, 2}, MapShape{1, 1}})
    for (const float widest : {8.0f, 70.0f, 500.0f}) {
      const MapPlaces places = place_map(shape, widest, widest, 15, {600, 500});
      EXPECT_LE(places.cells.x + places.size.x, 600);
      EXPECT_LE(places.cells.y + places.size.y, 500);
      EXPECT_NEAR(places.size.x / static_cast<float>(shape.columns), places.size.y / static_cast<float>(shape.rows),
                  0.7);
      EXPECT_GE(places.column_labels, std::min(widest, 15.0f));
    }
}

class LabelledMapTest : public ::testing::Test {
 protected:
  LabelledMapTest()
      : tokens(10, "t"), weights(100, 0.1f), driver([this] {
          const MapPick now = labelled_map("map",
                                           {.rows = tokens,
                                            .columns = tokens,
                                            .texture = ImTextureID(1),
                                            .weights = weights,
                                            .path = path,
                                            .selected = 2},
                                           view, {300, 300});
          pick = now;
          if (now.clicked) clicked = now.clicked;
        }) {
    driver.frames();
  }
  std::vector<std::string> tokens;
  std::vector<float> weights;
  std::vector<int> path = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  MapView view;
  MapPick pick;
  Cell clicked;
  WidgetDriver driver;
};

TEST_F(LabelledMapTest, KnowsThePairUnderTheMouse) {
  driver.mouse({299, 299});
  EXPECT_FALSE(pick.hovered);  // cells are square and no larger than there is room
  driver.mouse({150, 150});
  ASSERT_TRUE(pick.hovered);
  const Cell here = pick.hovered;
  driver.click();
  EXPECT_EQ(clicked, here);
  driver.mouse({5, 5});
  EXPECT_FALSE(pick.hovered);  // labels
}

TEST_F(LabelledMapTest, WheelZoomsAtTheMouseAndADragMoves) {
  driver.mouse({150, 150});
  const Cell here = pick.hovered;
  driver.turn_wheel(5);
  EXPECT_GT(view.zoom, 2.9f);
  driver.frames();
  EXPECT_EQ(pick.hovered, here);
  const MapView before = view;
  driver.press(ImGuiMouseButton_Left, true);
  driver.mouse({130, 120});
  driver.mouse({110, 90});
  driver.press(ImGuiMouseButton_Left, false);
  EXPECT_GT(view.row, before.row);
  EXPECT_GT(view.column, before.column);
  EXPECT_FALSE(clicked);  // a drag is no click
}

TEST(Heatmap, WeightsOfAllPairsAndTheirLargestColumns) {
  const std::vector<float> weights = {0, 1, NAN, 0.2f, 0.3f, 0.1f};
  const std::vector<Rgba> pixels = weight_pixels(weights, {ColourMap::kViridis, 1});
  EXPECT_EQ(pixels[1], heat(ColourMap::kViridis, 1));
  EXPECT_EQ(pixels[2], 0xFFE8EDEDu);
  EXPECT_EQ(largest_columns(std::vector<float>{0.1f, 0.6f, 0.3f, 0.5f, 0.2f, 0.3f}, 3), (std::vector<int>{1, 0}));
  EXPECT_EQ(largest_columns(weights, 3), (std::vector<int>{1, 1}));  // a pair that does not exist is never the largest
  EXPECT_EQ(largest_columns(std::vector<float>{0, 0, 0, 0, 1, 0}, 3), (std::vector<int>{-1, 1}));  // it is switched off
  EXPECT_TRUE(largest_columns({}, 3).empty());
}

TEST(Heatmap, AFewWeightsDoNotOutshineAMap) {
  constexpr int kTokens = 40;
  Pattern pattern = parse_pattern("dense");
  pattern.causal = true;
  const TileMap causal(pattern, Geometry::sequence(kTokens));
  std::vector<float> weights(kTokens * kTokens, 0.0f);
  for (int query = 0; query < kTokens; ++query)
    for (int key = 0; key <= query; ++key) weights[query * kTokens + key] = 1.0f / static_cast<float>(query + 1);
  const HeatScale scale = scale_of(weights, causal, ColourMap::kViridis);
  EXPECT_TRUE(scale.beyond);
  EXPECT_LT(scale.largest, 0.5f);
  EXPECT_GT(scale.largest, 0.05f);
  weights.assign(weights.size(), 0.3f);
  const HeatScale even = scale_of(weights, causal, ColourMap::kViridis);
  EXPECT_FALSE(even.beyond);
  EXPECT_FLOAT_EQ(even.largest, 0.3f);
}

TEST(ColourMap, InkReadsOnItsPaper) {
  EXPECT_TRUE(is_dark(heat(ColourMap::kViridis, 0)));
  EXPECT_FALSE(is_dark(heat(ColourMap::kViridis, 1)));
  EXPECT_TRUE(is_dark(grey(0)));
  EXPECT_FALSE(is_dark(grey(255)));
}

}  // namespace
}  // namespace lab::testing
