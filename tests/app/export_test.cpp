// Exporting panels: the sheet and its keys, what becomes of a frame as SVG, and the numbers of every page.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/panels/files/export_control.h"
#include "app/panels/keys.h"
#include "app/panels/pages.h"
#include "app/widgets/colours.h"
#include "app/window/drawn.h"
#include "app/window/svg.h"
#include "app/window/write_exports.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/app/panel_driver.h"
#include "tests/core/temporary_folder.h"

namespace lab::testing {
namespace {

/// Two by two pixels, under every texture.
class FourPixels : public NoTextures {
 public:
  TexturePixels read(ImTextureID) const override { return {2, 2, {kRed, kRed, kBlue, kRed}}; }
  static constexpr Rgba kRed = 0xFF0000FFu, kBlue = 0xFFFF0000u;
};

std::string svg_of_panel(PanelDriver& lab, const std::string& name) {
  const PlainEdges plain;
  lab.frames(3);
  for (const PanelOnScreen& panel : lab.view.exporting.panels)
    if (panel.name == name) return svg_of(*ImGui::GetDrawData(), {panel.low, panel.high}, name, FourPixels());
  return "";
}

size_t count(const std::string& text, const std::string& what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(Export, ASvgHasTheWordsAndLinesOfThePanel) {
  PanelDriver lab(sample_snapshot(), 1600, 1000);
  const std::string svg = svg_of_panel(lab, "Curves and cost");
  for (const char* words : {">Training loss<", ">multiply-adds, M<", ">guessing<", ">Local 3×3<"})
    EXPECT_NE(svg.find(words), svg.npos) << words;
  EXPECT_EQ(svg.find(">Every patch"), svg.npos);    // another panel's
  EXPECT_GT(count(svg, "stroke=\"#0072b2\""), 3u);  // the first lane's curves
  EXPECT_LT(svg.size(), 400'000u);
  EXPECT_EQ(svg.substr(0, 5), "<svg ");
  EXPECT_EQ(svg.substr(svg.size() - 7), "</svg>\n");
}

TEST(Export, ASvgHasTheCellsOfMaps) {
  PanelDriver lab(sample_snapshot(), 1600, 1000);
  const std::string svg = svg_of_panel(lab, "Lanes");
  EXPECT_EQ(count(svg, "<path fill=\"#ff0000\" d=\"M0 0h2v2h-2z\"/><path fill=\"#0000ff\" d=\"M0 1h1v1h-1z\"/>"), 6u);
}

TEST(Export, LinesAreReadBackAsTheyWereDrawn) {
  PanelDriver lab(sample_snapshot());
  lab.frames(1);
  ImGui::GetStyle().AntiAliasedLines = ImGui::GetStyle().AntiAliasedFill = false;
  ImGui::NewFrame();
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  const ImVec2 points[] = {{10, 10}, {50, 40}, {90, 20}, {130, 60}};
  list.AddPolyline(points, 4, colour::kAccent, 0, 3);
  list.AddRectFilled({200, 20}, {240, 60}, colour::kHover);
  list.AddText(theme().body, theme().body->FontSize, {300, 20}, colour::kText, "two words & 1");
  list.AddText(theme().body, theme().body->FontSize, {300, 60}, colour::kText, "below");
  ImGui::Render();
  const std::vector<Drawn> things = drawn_things(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts);
  ASSERT_EQ(things.size(), 4u);
  const auto& line = std::get<DrawnLine>(things[0].what);
  ASSERT_EQ(line.points.size(), 4u);
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(line.points[i].x, points[i].x, 0.6f);  // ImGui moves lines to the middle of pixels
    EXPECT_NEAR(line.points[i].y, points[i].y, 0.6f);
  }
  EXPECT_NEAR(line.width, 3, 0.01f);
  EXPECT_EQ(things[0].colour, colour::kAccent);
  EXPECT_EQ(std::get<DrawnOutline>(things[1].what).corners.size(), 4u);
  const auto& words = std::get<DrawnWords>(things[2].what);
  EXPECT_EQ(words.text, "two words & 1");
  EXPECT_EQ(words.font, theme().body);
  EXPECT_NEAR(words.at.x, 300, 0.1f);
  EXPECT_NEAR(words.width, theme().body->CalcTextSizeA(theme().body->FontSize, 1e9f, 0, "two words & 1").x, 1);
  EXPECT_EQ(std::get<DrawnWords>(things[3].what).text, "below");
}

TEST(Export, EveryPanelCanBeExported) {
  PanelDriver lab(sample_snapshot(), 1600, 1000);
  for (int page = 0; page < static_cast<int>(pages().size()); ++page) {
    lab.view.page = static_cast<Page>(page);
    EXPECT_GT(svg_of_panel(lab, lab.view.exporting.panels.empty() ? "Lanes" : pages()[page].title).size(), 1000u)
        << pages()[page].title;
  }
}

TEST(Export, NumbersAreThoseOfThePanel) {
  const Snapshot snapshot = sample_snapshot();
  View view;
  for (const PageRow& page : pages()) {
    if (page.csv == nullptr) continue;
    std::istringstream csv(page.csv(snapshot, view));
    std::string line;
    ASSERT_TRUE(std::getline(csv, line)) << page.title;
    const auto columns = std::count(line.begin(), line.end(), ',');
    EXPECT_GT(columns, 0) << page.title;
  }
  const Selection place = resolve(view.selection, snapshot);
  const auto weights = selected_weights(snapshot.lanes[1], place);
  const TileMap& map = selected_map(snapshot.lanes[1], place);
  std::istringstream lanes(pages()[0].csv(snapshot, view));
  double sum = 0;
  int64_t rows = 0;
  for (std::string line; std::getline(lanes, line);)
    if (line.rfind("\"" + snapshot.lanes[1].title + "\"", 0) == 0)
      ++rows, sum += std::stod(line.substr(line.rfind(',') + 1));
  EXPECT_EQ(rows, map.pairs());
  double expected = 0;
  for (const float weight : weights) expected += weight;
  EXPECT_NEAR(sum, expected, 1e-3);
}

TEST(Export, TheSheetAsksAndTheKeysOpenIt) {
  PanelDriver lab(sample_snapshot());
  lab.frames(2);
  press("Ctrl+F12", lab.snapshot, lab.view, lab.commands);
  EXPECT_TRUE(lab.view.exporting.asked);
  EXPECT_EQ(lab.view.exporting.panel, "Lanes");
  EXPECT_FALSE(lab.view.exporting.folder.empty());
  const TemporaryFolder folder;
  lab.view.exporting.folder = folder.path("new");
  lab.view.exporting.formats[1] = lab.view.exporting.formats[2] = true;
  lab.frames(3);
  const auto press_button = [&](const std::function<bool()>& done) {
    for (float y = 300; y < 600 && !done(); y += 9) {  // down the left edge of the sheet
      lab.mouse({430, y});
      lab.frames(2);
      if (!lab.view.exporting.asked) break;
      lab.click();
    }
    return done();
  };
  lab.view.exporting.folder = "/proc/nowhere";
  EXPECT_TRUE(press_button([&] { return !lab.view.exporting.trouble.empty(); }));
  EXPECT_TRUE(lab.view.exporting.asked);
  EXPECT_FALSE(lab.view.exporting.request);
  press("Esc", lab.snapshot, lab.view, lab.commands);
  lab.frames(2);
  press("F12", lab.snapshot, lab.view, lab.commands);
  ASSERT_TRUE(lab.view.exporting.request);
  EXPECT_EQ(lab.view.exporting.request->panel, "");
  EXPECT_EQ(lab.view.exporting.request->formats, std::vector{ExportFormat::kPng});
}

TEST(Export, TheRightButtonAsksForThePanelUnderIt) {
  PanelDriver lab(sample_snapshot());
  lab.frames(2);
  lab.mouse({1000, 640});
  lab.frames(2);
  std::string expected;
  for (const PanelOnScreen& panel : lab.view.exporting.panels)
    if (panel.low.x < 1000 && panel.high.x > 1000 && panel.low.y < 640 && panel.high.y > 640) expected = panel.name;
  for (float y = 640; y < 780 && !lab.view.exporting.asked; y += 7) {
    lab.mouse({1000, y});
    lab.frames(2);
    lab.press(ImGuiMouseButton_Right, true);
    lab.press(ImGuiMouseButton_Right, false);
  }
  EXPECT_TRUE(lab.view.exporting.asked);
  EXPECT_EQ(lab.view.exporting.panel, expected);
}

TEST(Export, FilesNeverReplaceOthers) {
  const TemporaryFolder folder;
  PanelDriver lab(sample_snapshot());
  lab.frames(3);
  lab.view.exporting.folder = folder.path("out");
  const FourPixels textures;
  const ExportScreen screen = {1280, 800, textures, [&] { lab.frames(1); }};
  for (int time = 1; time <= 2; ++time) {
    lab.view.exporting.request = {"Curves and cost", {ExportFormat::kSvg, ExportFormat::kCsv}, 1};
    EXPECT_FALSE(export_due(lab.view));  // the sheet is still there
    ASSERT_TRUE(export_due(lab.view));
    write_exports(screen, lab.snapshot, lab.view);
    EXPECT_EQ(lab.view.trouble, "");
    EXPECT_NE(lab.view.exporting.said.find("curves-and-cost-step-400"), std::string::npos);
    EXPECT_FALSE(lab.view.exporting.request);
  }
  for (const char* name : {"curves-and-cost-step-400.svg", "curves-and-cost-step-400.csv",
                           "curves-and-cost-step-400-2.svg", "curves-and-cost-step-400-2.csv"})
    EXPECT_TRUE(std::filesystem::exists(folder.path("out") + "/" + name)) << name;
  lab.view.exporting.request = {"Step", {ExportFormat::kSvg}, 0};  // not on the screen
  write_exports(screen, lab.snapshot, lab.view);
  EXPECT_NE(lab.view.trouble.find("Step"), std::string::npos);
  EXPECT_THROW(write_panel(screen, lab.snapshot, lab.view, "History", ExportFormat::kCsv, folder.path("h.csv")), Error);
  EXPECT_THROW(free_paths(folder.write("file", "x"), "", 1, {ExportFormat::kPng}), Error);
}

}  // namespace
}  // namespace lab::testing
