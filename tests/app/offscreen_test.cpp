// The screen as a PNG, drawn without a window.

#include "app/window/offscreen.h"

#include <backends/imgui_impl_opengl3.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "app/widgets/fonts.h"
#include "app/window/gui.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/picture.h"
#include "core/gpu/egl_context.h"
#include "tests/app/sample_snapshot.h"
#include "tests/core/train/small_texts.h"

namespace lab::testing {
namespace {

class Offscreen : public ::testing::Test {
 protected:
  void SetUp() override {
    EglContext gl(3, 3);  // ./lab installs what it needs: without it these tests fail
    folder = std::filesystem::path(::testing::TempDir()) / "offscreen";
    std::filesystem::create_directories(folder);
  }
  std::string draw(const Snapshot& snapshot, const OffscreenOptions& options, const char* name) {
    const std::string path = folder / name;
    draw_to_file(snapshot, options, path);
    return read_file(path, size_t{64} << 20);
  }
  std::filesystem::path folder;
};

TEST_F(Offscreen, DrawsTheSamePictureTwice) {
  const Snapshot snapshot = sample_snapshot();
  EXPECT_EQ(draw(snapshot, {.width = 640, .height = 400}, "a.png"),
            draw(snapshot, {.width = 640, .height = 400}, "b.png"));
}

TEST_F(Offscreen, IsAPictureOfTheSizeAskedForAndNotEmpty) {
  draw(sample_snapshot(), {.width = 1280, .height = 800}, "c.png");
  const Picture picture = read_picture(folder / "c.png");
  EXPECT_EQ(picture.width, 1280);
  EXPECT_EQ(picture.height, 800);
  const auto dark =
      std::count_if(picture.pixels.begin(), picture.pixels.end(), [](uint8_t level) { return level < 128; });
  EXPECT_GT(dark, 1280 * 800 / 50);
}

TEST_F(Offscreen, FontsThatAreMadeBeforeTheFirstFrameStay) {
  const EglContext gl(3, 3);
  Gui gui(1);
  Characters characters;
  characters.add("我是一个程序员");
  gui.set_characters(characters);
  const ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  const float place = atlas.Fonts[0]->FindGlyph('A')->U0;
  const int fonts = atlas.Fonts.Size;
  ImGui_ImplOpenGL3_NewFrame();
  EXPECT_EQ(atlas.Fonts.Size, fonts);
  EXPECT_EQ(atlas.Fonts[0]->FindGlyph('A')->U0, place);
}

TEST_F(Offscreen, ShowsTheSelection) {
  const Snapshot snapshot = sample_snapshot();
  OffscreenOptions first = {.width = 1280, .height = 800}, other = first;
  other.selection.query = 0;
  EXPECT_NE(draw(snapshot, first, "d.png"), draw(snapshot, other, "e.png"));
}

TEST_F(Offscreen, APageOfARunHasWhatItAsksFor) {
  Experiment e = small_experiment("shapes", {"dense"});
  e.model.patch = 7;
  for (const char* page : {"step", "Explain", "inside"}) {
    LiveRun run(e);
    run.advance();
    const OffscreenOptions options = {.width = 640, .height = 400, .panel = page};
    const std::string empty = draw(*run.snapshot(), options, "empty.csv"), path = folder / "page.csv";
    draw_to_file(run, options, path);
    const std::string full = read_file(path, size_t{64} << 20);
    EXPECT_LE(std::count(empty.begin(), empty.end(), '\n'), 1) << page;
    EXPECT_GT(std::count(full.begin(), full.end(), '\n'), 2) << page;
    EXPECT_EQ(run.step(), 1) << page << " is of the run as it is";
  }
}

TEST_F(Offscreen, RefusesWhatItCannotDraw) {
  EXPECT_THROW(draw_to_file(sample_snapshot(), {.width = 50, .height = 400}, folder / "f.png"), Error);
  EXPECT_THROW(draw_to_file(sample_snapshot(), {.width = 640, .height = 400}, "/nowhere/f.png"), Error);
}

}  // namespace
}  // namespace lab::testing
