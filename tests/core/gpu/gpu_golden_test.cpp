// The GPU against every reference case in tests/golden that a device computes.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/verify/checks.h"
#include "core/verify/verify.h"
#include "tests/core/gpu/gpu.h"

namespace lab {
namespace {

const std::set<std::string> kUnsupported = {};

std::string golden(const std::string& name) { return LAB_TESTS_DIR "/golden/" + name + ".safetensors"; }

std::vector<std::string> golden_names(const std::string& prefix = "") {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(LAB_TESTS_DIR "/golden")) {
    const std::string name = entry.path().stem();
    if (entry.path().extension() == ".safetensors" && name.starts_with(prefix) && !kUnsupported.contains(name))
      names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string name_of(const testing::TestParamInfo<std::string>& info) { return info.param; }

void expect_passed(const std::vector<Comparison>& comparisons) {
  EXPECT_FALSE(comparisons.empty());
  for (const Comparison& c : comparisons)
    EXPECT_TRUE(c.passed()) << c.tensor << ": error " << c.error << ", tolerance " << c.tolerance;
}

class GpuGolden : public testing::TestWithParam<std::string> {};

TEST_P(GpuGolden, IsReproduced) {
  const Verdict verdict = verify_file(golden(GetParam()), gpu());
  EXPECT_EQ(verdict.error, "");
  expect_passed(verdict.comparisons);
}
INSTANTIATE_TEST_SUITE_P(Cases, GpuGolden, testing::ValuesIn(golden_names()), name_of);

TEST(GpuGoldenCases, AllButThreeKindsRunOnTheGpu) {
  for (const std::string name : {"mse", "rollout", "linear_attention", "gelu", "attention_padding", "optimizer_sgd"}) {
    const bool host = name == "mse" || name == "rollout" || name.starts_with("linear_attention");
    EXPECT_EQ(verify_file(golden(name), gpu()).on_device, !host) << name;
  }
}

class GpuGoldenAttention : public testing::TestWithParam<std::string> {};

TEST_P(GpuGoldenAttention, HoldsForBothKernels) {
  for (Kernel kernel : {Kernel::kPairs, Kernel::kTiles}) {
    SCOPED_TRACE(kernel == Kernel::kPairs ? "stages" : "tiles");
    ReferenceCase reference(golden(GetParam()), gpu());
    EXPECT_EQ(reference.text("op"), "attention");
    check_attention(reference, kernel);
    reference.finish();
    expect_passed(reference.comparisons());
  }
}
INSTANTIATE_TEST_SUITE_P(Cases, GpuGoldenAttention, testing::ValuesIn(golden_names("attention_")), name_of);

}  // namespace
}  // namespace lab
