// The include rule: the source is a house of floors, and an include points down only.
// Reads every #include of core/ and app/, and holds it against the two tables below.

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// What a path begins with, and its floor. The first row that fits counts.
struct Floor {
  std::string_view path;
  int height;
};

constexpr std::array kHouse = {
    Floor{"core/base/", 0},      Floor{"core/text/", 1},    Floor{"core/ops/", 1},      Floor{"core/attention/", 2},
    Floor{"core/device/", 3},    Floor{"core/graph/", 4},   Floor{"core/model/", 5},    Floor{"core/data/", 5},
    Floor{"core/inspect/", 6},   Floor{"core/train/", 7},   Floor{"core/history/", 8},  Floor{"core/live/", 9},
    Floor{"core/verify/", 8},    Floor{"core/measure/", 8}, Floor{"core/examples/", 8}, Floor{"core/gpu/", 8},
    Floor{"app/asset_path.", 9}, Floor{"app/widgets/", 10}, Floor{"app/panels/", 11},   Floor{"app/window/", 12},
    Floor{"app/commands/", 13},  Floor{"app/main.cpp", 14},
};

/// What a library's headers begin with, and who may include them.
struct Library {
  std::string_view header;
  std::vector<std::string_view> users;
};

const std::vector<Library> kLibraries = {
    {"imgui", {"app/"}},
    {"GLFW/", {"app/"}},
    {"CLI/", {"app/"}},
    {"epoxy/", {"app/", "core/gpu/"}},
    {"EGL/", {"app/", "core/gpu/"}},
    {"GL/", {}},  // epoxy stands for it
    {"GLES", {}},
};

const Floor* floor_of(std::string_view path) {
  for (const Floor& floor : kHouse) {
    if (path.starts_with(floor.path)) return &floor;
  }
  return nullptr;
}

/// Why `file` may not include `header`, or nothing where it may.
std::string objection(std::string_view file, std::string_view header) {
  const std::string include = std::string(file) + " includes " + std::string(header);
  for (const Library& library : kLibraries) {
    if (!header.starts_with(library.header)) continue;
    for (std::string_view user : library.users) {
      if (file.starts_with(user)) return "";
    }
    return include + ": that library is not for this floor";
  }
  if (header.find('/') == header.npos) return "";  // the standard library, and libraries without a folder
  const bool ours = header.starts_with("core/") || header.starts_with("app/");
  const Floor* from = floor_of(file);
  const Floor* to = ours ? floor_of(header) : from;
  if (!from || !to) return include + ": give the folder a floor in tests/include_rule_test.cpp";
  const bool down = to->height < from->height || to->path == from->path;
  return down ? "" : include + ": includes point down only";
}

std::vector<std::string> includes_in(const fs::path& file) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*["<]([^">]+)[">])");
  std::vector<std::string> headers;
  std::ifstream lines(file);
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, match, kInclude)) headers.push_back(match[1]);
  }
  return headers;
}

TEST(IncludeRule, EveryIncludePointsDown) {
  const fs::path root = LAB_SOURCE_DIR;
  int seen = 0;
  for (const char* layer : {"core", "app"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / layer)) {
      if (!entry.is_regular_file()) continue;
      const std::string file = entry.path().lexically_relative(root).generic_string();
      for (const std::string& header : includes_in(entry.path())) {
        EXPECT_EQ(objection(file, header), "");
        ++seen;
      }
    }
  }
  EXPECT_GT(seen, 300) << "the source was not found or not read";
}

TEST(IncludeRule, AllowsWhatPointsDown) {
  EXPECT_EQ(objection("core/ops/gelu.cpp", "core/base/tensor.h"), "");
  EXPECT_EQ(objection("core/ops/gelu.cpp", "core/ops/gelu.h"), "");
  EXPECT_EQ(objection("core/ops/gelu.cpp", "vector"), "");
  EXPECT_EQ(objection("core/base/error.h", "fmt/format.h"), "");
  EXPECT_EQ(objection("core/gpu/offscreen.cpp", "epoxy/egl.h"), "");
  EXPECT_EQ(objection("app/panels/lanes/lanes.cpp", "imgui.h"), "");
}

TEST(IncludeRule, RefusesWhatPointsUpOrAcross) {
  EXPECT_NE(objection("core/base/tensor.h", "core/ops/gelu.h"), "");
  EXPECT_NE(objection("core/model/vision_transformer.cpp", "core/data/dataset.h"), "");
  EXPECT_NE(objection("core/train/trainer.cpp", "app/panels/lanes/lanes.h"), "");
  EXPECT_NE(objection("app/widgets/button.cpp", "app/panels/lanes/lanes.h"), "");
  EXPECT_NE(objection("core/newcomer/thing.cpp", "core/base/tensor.h"), "");
}

TEST(IncludeRule, KeepsTheWindowOutOfTheCore) {
  EXPECT_NE(objection("core/train/trainer.cpp", "imgui.h"), "");
  EXPECT_NE(objection("core/train/trainer.cpp", "GLFW/glfw3.h"), "");
  EXPECT_NE(objection("core/device/cpu_device.cpp", "epoxy/gl.h"), "");
  EXPECT_NE(objection("core/gpu/offscreen.cpp", "imgui_impl_opengl3.h"), "");
  EXPECT_NE(objection("app/panels/lanes/lanes.cpp", "GL/gl.h"), "");
}

TEST(IncludeRule, ReadsIncludesHoweverTheyAreWritten) {
  const fs::path file = fs::path(testing::TempDir()) / "include_rule_sample.h";
  std::ofstream(file)
      << "#pragma once\n  #  include \"core/ops/gelu.h\"  // why\n#include<imgui.h>\n// #include <no.h>\n";
  EXPECT_EQ(includes_in(file), (std::vector<std::string>{"core/ops/gelu.h", "imgui.h"}));
  fs::remove(file);
}

}  // namespace
