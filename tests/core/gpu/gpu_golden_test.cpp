// The GPU against every reference case in tests/golden that a device computes.

#include <gtest/gtest.h>

#include "core/verify/checks.h"
#include "tests/core/gpu/gpu.h"
#include "tests/core/verify/golden_cases.h"

namespace lab {
namespace {

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
