// The core against every reference case in tests/golden.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/verify/checks.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/verify/edited_case.h"
#include "tests/core/verify/golden_cases.h"

namespace lab {
namespace {

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, IsReproduced) {
  const Verdict verdict = verify_file(golden(GetParam()));
  EXPECT_EQ(verdict.error, "");
  expect_passed(verdict.comparisons);
  EXPECT_TRUE(verdict.passed());
}
INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(golden_names()), name_of);

TEST(GoldenCases, AreAllHere) { EXPECT_EQ(golden_names().size(), 51u); }

// `verify` runs the kernel that the rule chooses; here each is held to every case.
class GoldenAttention : public testing::TestWithParam<std::string> {};

TEST_P(GoldenAttention, HoldsForBothKernels) {
  for (Kernel kernel : {Kernel::kPairs, Kernel::kTiles}) {
    SCOPED_TRACE(kernel == Kernel::kPairs ? "pairs" : "tiles");
    ReferenceCase reference(golden(GetParam()));
    EXPECT_EQ(reference.text("op"), "attention");
    check_attention(reference, kernel);
    reference.finish();
    expect_passed(reference.comparisons());
  }
}
INSTANTIATE_TEST_SUITE_P(Cases, GoldenAttention, testing::ValuesIn(golden_names("attention_")), name_of);

class GoldenTraining : public testing::TestWithParam<std::string> {};

TEST_P(GoldenTraining, HoldsForBothKernels) {
  for (Kernel kernel : {Kernel::kPairs, Kernel::kTiles}) {
    SCOPED_TRACE(kernel == Kernel::kPairs ? "pairs" : "tiles");
    ReferenceCase reference(golden(GetParam()));
    EXPECT_EQ(reference.text("op"), "train");
    check_training(reference, kernel);
    reference.finish();
    expect_passed(reference.comparisons());
  }
}
INSTANTIATE_TEST_SUITE_P(Cases, GoldenTraining, testing::ValuesIn(golden_names("train_")), name_of);

// Each compared tensor in turn is moved by ten times its tolerance: verify must see it, and see which.
class GoldenMoved : public testing::TestWithParam<std::string> {};

TEST_P(GoldenMoved, IsNoticed) {
  const TemporaryFolder folder;
  for (const Comparison& compared : verify_file(golden(GetParam())).comparisons) {
    EditedCase edited(GetParam());
    float* values = edited[compared.tensor].floats();
    const size_t count = edited[compared.tensor].count();
    float* largest =
        std::max_element(values, values + count, [](float a, float b) { return std::abs(a) < std::abs(b); });
    if (compared.tensor.ends_with("in_proj_bias")) largest = values + count - 1;  // the value third is compared
    float size = 0;
    for (size_t i = 0; i < count; ++i) size = std::max(size, std::abs(values[i]));
    *largest += static_cast<float>(10 * compared.tolerance) * (size > 0 ? size : 1000);
    const Verdict verdict = verify_file(folder.write("moved.safetensors", edited.bytes()));
    EXPECT_FALSE(verdict.passed()) << compared.tensor;
    EXPECT_EQ(verdict.error, "");
    for (const Comparison& c : verdict.comparisons) EXPECT_EQ(c.passed(), c.tensor != compared.tensor) << c.tensor;
  }
}
INSTANTIATE_TEST_SUITE_P(Cases, GoldenMoved,
                         testing::Values("attention_scaled_dot_dense", "attention_local_causal", "attention_padding",
                                         "attention_single_token", "linear_attention", "linear_attention_causal",
                                         "rollout", "train_lm", "layer_norm", "gelu", "cross_entropy", "mse",
                                         "optimizer_sgd", "optimizer_adam", "optimizer_adamw"),
                         name_of);

}  // namespace
}  // namespace lab
