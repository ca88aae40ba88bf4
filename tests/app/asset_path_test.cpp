#include "app/asset_path.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "core/base/error.h"

namespace lab {
namespace {

TEST(AssetPath, FindsAFileOfTheBuildTree) {
  std::ifstream icon(asset_path("assets/attention-lab.svg"));
  std::string line;
  ASSERT_TRUE(std::getline(icon, line));
  EXPECT_TRUE(line.starts_with("<svg"));
}

TEST(AssetPath, SaysWhichFileIsMissing) {
  try {
    asset_path("assets/no-such-file.svg");
    FAIL() << "found a file that does not exist";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("share/attention-lab/assets/no-such-file.svg"), std::string::npos);
  }
}

}  // namespace
}  // namespace lab
