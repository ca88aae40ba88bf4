#pragma once
// The reference cases in tests/golden, by name.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/verify/verify.h"

namespace lab {

inline std::string golden(const std::string& name) {
  return std::string(LAB_TESTS_DIR) + "/golden/" + name + ".safetensors";
}

/// In order; those whose names begin so.
inline std::vector<std::string> golden_names(const std::string& prefix = "") {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(LAB_TESTS_DIR) + "/golden"))
    if (const std::string name = entry.path().stem();
        entry.path().extension() == ".safetensors" && name.starts_with(prefix))
      names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

inline std::string name_of(const testing::TestParamInfo<std::string>& info) { return info.param; }

inline void expect_passed(const std::vector<Comparison>& comparisons) {
  EXPECT_FALSE(comparisons.empty());
  for (const Comparison& c : comparisons)
    EXPECT_TRUE(c.passed()) << c.tensor << ": error " << c.error << ", tolerance " << c.tolerance;
}

}  // namespace lab
