// Pictures of attention, axes, text: what the widgets compute.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "app/panels/selection.h"
#include "app/widgets/axis.h"
#include "app/widgets/fonts.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/line_plot.h"
#include "app/widgets/text.h"
#include "tests/app/sample_snapshot.h"

namespace lab::testing {
namespace {

constexpr Rgba kPaper = 0xFFE8EDEDu, kMagenta = 0xFFFF00FFu;

TEST(Heatmap, AbsentPairsArePaperAndTheLargestIsBrightest) {
  const TileMap map(parse_pattern("local:window=1"), Geometry::sequence(4));
  std::vector<float> weights(16, 0.0f);
  weights[0] = 0.5f, weights[1] = std::nanf("");
  const std::vector<Rgba> pixels = map_pixels(weights, map, {ColourMap::kViridis, 0.5f});
  EXPECT_EQ(pixels[0], heat(ColourMap::kViridis, 1));
  EXPECT_EQ(pixels[1], kMagenta);  // a weight that is no number is seen
  EXPECT_EQ(pixels[2], kPaper);
  EXPECT_EQ(pixels[4], heat(ColourMap::kViridis, 0));
}

TEST(Heatmap, OverlayColoursThePatchesOfTheQueryOnly) {
  const TileMap map(parse_pattern("block:block=1"), Geometry::grid(2, 2, 1));
  std::vector<float> weights(25, 1.0f);
  const std::vector<uint8_t> picture(16, 0);
  const std::vector<Rgba> pixels = overlay_pixels(picture, 4, 4, weights, map, 1, {ColourMap::kViridis, 1});
  EXPECT_NE(pixels[0], pixels[2]);   // patch (0, 0) exists for itself, (0, 1) does not
  EXPECT_EQ(pixels[2], pixels[15]);  // and neither does (1, 1)
  EXPECT_EQ(pixels[0], pixels[5]);
}

TEST(Heatmap, ColourMapsStartDarkAndEndBright) {
  EXPECT_EQ(heat(ColourMap::kViridis, 0), 0xFF540144u);
  EXPECT_EQ(heat(ColourMap::kViridis, 2), 0xFF25E7FDu);
  EXPECT_EQ(mix(grey(0), grey(255), 0.5f), grey(128));
}

TEST(Selection, ResolvesToWhatExists) {
  const Snapshot snapshot = sample_snapshot();
  const Selection shown = resolve({.lane = 3, .layer = 9, .head = 9, .query = 900}, snapshot);
  EXPECT_EQ(shown, (Selection{.lane = -1, .layer = 1, .head = -1, .query = 25}));
  EXPECT_EQ(token_name(snapshot.geometry, 25), "row 4, column 4");
  EXPECT_EQ(token_name(snapshot.geometry, 0), "the class token");
}

TEST(Selection, TheMeanOfHeadsSumsToOneInEachRow) {
  const Snapshot snapshot = sample_snapshot();
  for (const LaneSnapshot& lane : snapshot.lanes)
    for (const int head : {-1, 2}) {
      const std::vector<float> weights = selected_weights(lane, {.layer = 0, .head = head, .query = 0});
      for (int query = 0; query < 50; ++query) {
        float sum = 0;
        for (int key = 0; key < 50; ++key) sum += weights[query * 50 + key];
        EXPECT_TRUE(std::fabs(sum - 1) <= 1e-5f) << sum;
      }
    }
}

TEST(Axis, TicksAreRoundAndInside) {
  EXPECT_EQ(Axis(0, 1, 0, 100).ticks(4), (std::vector<float>{0, 0.5f, 1}));
  EXPECT_EQ(Axis(0, 4.5f, 0, 40).ticks(2), (std::vector<float>{0, 2, 4}));  // 0 alone would say nothing
  EXPECT_EQ(Axis(0.1f, 1, 0, 100, true).ticks(4).size(), 4u);  // 0.1, 0.2, 0.5, 1
  const Axis axis(10, 20, 100, 300), logarithmic(1, 100, 0, 200, true);
  EXPECT_FLOAT_EQ(axis.pixel(15), 200);
  EXPECT_FLOAT_EQ(axis.value(200), 15);
  EXPECT_FLOAT_EQ(logarithmic.pixel(10), 100);
  EXPECT_FLOAT_EQ(logarithmic.value(100), 10);
}

TEST(LinePlot, TheValueAtAStepIsTheLastOneBefore) {
  const std::vector<float> x = {0, 10, 20}, y = {3, 2, 1};
  const Line line = {"lane", 0, x, y};
  EXPECT_EQ(value_at(line, 19), 2);
  EXPECT_EQ(value_at(line, 400), 1);
  EXPECT_TRUE(std::isnan(value_at(line, -1)));
}

TEST(Text, Figures) {
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(-1234), "-1,234");
  EXPECT_EQ(grouped(-123), "-123");
  EXPECT_EQ(brief(0.001), "0.001");
  EXPECT_EQ(brief(60000), "60,000");
}

class Fonts : public ::testing::Test {
 protected:
  Fonts() : context(ImGui::CreateContext()) { use_theme(1); }
  ~Fonts() override { ImGui::DestroyContext(context); }
  ImGuiContext* context;
};

TEST_F(Fonts, ShortenedTextFitsAndStaysUtf8) {
  const std::string text = "Local 3×3 ×××××××××××";
  const std::string cut = shortened(text, theme().body, 60);
  EXPECT_LE(text_width(cut, theme().body), 60);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_EQ(text.compare(0, cut.size() - 3, cut, 0, cut.size() - 3), 0);
  EXPECT_NE(static_cast<unsigned char>(cut[cut.size() - 4]), 0xC3u);  // no half character
}

TEST_F(Fonts, FiguresAreTabular) {
  for (const ImFont* font : ImGui::GetIO().Fonts->Fonts)
    for (char digit = '1'; digit <= '9'; ++digit) EXPECT_EQ(font->GetCharAdvance(digit), font->GetCharAdvance('0'));
}

/// The characters beyond ASCII in the strings of a source file.
std::set<unsigned> symbols_of(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  std::set<unsigned> symbols;
  for (std::string line; std::getline(text, line);) {
    line = line.substr(0, line.find("// "));
    for (const char* at = line.c_str(); *at != 0;) {
      const unsigned char first = *at;
      const int size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
      unsigned codepoint = size == 1 ? first : first & (0xFF >> (size + 1));
      for (int i = 1; i < size && at[i] != 0; ++i) codepoint = codepoint << 6 | (at[i] & 0x3F);
      if (codepoint > 127) symbols.insert(codepoint);
      at += size;
    }
  }
  return symbols;
}

TEST_F(Fonts, HaveEverySymbolOnScreen) {
  const std::filesystem::path source = LAB_SOURCE_DIR;
  std::set<unsigned> symbols;
  for (const char* folder :
       {"app/panels", "app/widgets", "app/window", "core/attention", "core/data", "core/examples", "core/train"})
    for (const auto& entry : std::filesystem::directory_iterator(source / folder))
      if (entry.path().filename() != "generated_text.cpp")  // Chinese to learn from, which no panel shows
        symbols.merge(symbols_of(entry.path()));
  EXPECT_TRUE(symbols.contains(0xD7));  // the × of 3×3: the search finds something
  for (const ImFont* font : ImGui::GetIO().Fonts->Fonts)
    for (const unsigned symbol : symbols)
      EXPECT_NE(font->FindGlyphNoFallback(static_cast<ImWchar>(symbol)), nullptr) << "U+" << std::hex << symbol;
}

TEST(Heatmap, DroppedPairsTurnRedWithTheirShare) {
  std::vector<Rgba> pixels(3, 0xFF000000u);
  const std::vector<float> shares = {0, 0.5f, 1};
  mark_dropped(pixels, shares);
  EXPECT_EQ(pixels[0], 0xFF000000u);
  EXPECT_LT(pixels[1] & 0xFF, pixels[2] & 0xFF);
  EXPECT_GT(pixels[2] & 0xFF, 200u);
  mark_dropped(pixels, {});
}

}  // namespace
}  // namespace lab::testing
