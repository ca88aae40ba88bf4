// Standard libraries differ in what a header of theirs brings along: what a file uses, it includes itself. Here for
// what has gone missing before.

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

namespace lab {
namespace {

namespace fs = std::filesystem;

struct Rule {
  std::string header;
  std::regex use;
};
const Rule kRules[] = {
    {"algorithm", std::regex(R"(\bstd::(ranges::)?(count|count_if|max_element|min_element|sort|stable_sort|copy_n|)"
                             R"(any_of|all_of|none_of|find|find_if|clamp|transform|unique|reverse|lower_bound)\()")},
    {"cstdint", std::regex(R"(\b(SIZE|U?INT(8|16|32|64))_MAX\b)")},
};

/// The header that the source lacks; empty: none.
std::string lacking(const std::string& source) {
  for (const Rule& rule : kRules)
    if (std::regex_search(source, rule.use) && source.find("#include <" + rule.header + ">") == source.npos)
      return rule.header;
  return "";
}

TEST(StandardHeaders, AreIncludedWhereTheyAreUsed) {
  int seen = 0;
  for (const char* folder : {"core", "app", "tests"})
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(fs::path(LAB_SOURCE_DIR) / folder)) {
      const std::string ending = entry.path().extension();
      if (ending != ".cpp" && ending != ".h") continue;
      std::ifstream file(entry.path());
      EXPECT_EQ(lacking({std::istreambuf_iterator<char>(file), {}}), "") << entry.path();
      ++seen;
    }
  EXPECT_GT(seen, 600) << "the source was not found or not read";
}

TEST(StandardHeaders, AreMissedWhereTheyAreLacking) {
  EXPECT_EQ(lacking("#include <vector>\nint n = std::count(a, b, 1);"), "algorithm");
  EXPECT_EQ(lacking("#include <algorithm>\nint n = std::count(a, b, 1);"), "");
  EXPECT_EQ(lacking("size_t most = SIZE_MAX;"), "cstdint");
  EXPECT_EQ(lacking("text.find('x'); encount(3);"), "");
}

}  // namespace
}  // namespace lab
