// Optimisers against their papers' formulas in double, gradient clipping, and schedules.

#include "core/train/optimiser.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/reference/optimisers.h"
#include "tests/reference/tensors.h"

namespace lab {
namespace {

using reference::expect_close;
using reference::Inputs;
using reference::numbers;

struct Case {
  const char* name;
  OptimiserSettings settings;
};

OptimiserSettings with(const char* kind, float decay, float momentum = 0.9f, float beta1 = 0.9f, float beta2 = 0.999f) {
  OptimiserSettings s;
  s.kind = kind;
  s.weight_decay = decay;
  s.momentum = momentum;
  s.beta1 = beta1;
  s.beta2 = beta2;
  s.learning_rate = 0.01f;
  return s;
}

class Optimisers : public testing::TestWithParam<Case> {};

TEST_P(Optimisers, FollowTheirFormulas) {
  constexpr int64_t kCount = 37;
  constexpr int kSteps = 60;
  const OptimiserSettings settings = GetParam().settings;
  Inputs inputs(1);
  const Tensor values = inputs.draw({kCount});
  std::vector<double> expected = numbers(values);
  std::vector<reference::Optimiser<double>> truth(kCount, reference::Optimiser<double>(settings));
  Optimiser optimiser(kCount, device_under_test());
  for (int step = 0; step < kSteps; ++step) {
    const Tensor gradients = inputs.draw({kCount}, step % 7 == 0 ? 0 : 1, 0.2f);
    for (int64_t i = 0; i < kCount; ++i) expected[i] = truth[i].step(expected[i], gradients[i]);
    optimiser.step(settings, settings.learning_rate, {values.begin(), values.end()},
                   {gradients.begin(), gradients.end()});
    expect_close(values, expected, "step " + std::to_string(step + 1), 1e-5);
  }
  EXPECT_EQ(optimiser.steps(), kSteps);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Optimisers,
                         testing::Values(Case{"Sgd", with("sgd", 0, 0)}, Case{"SgdMomentum", with("sgd", 0)},
                                         Case{"SgdDecay", with("sgd", 0.1f, 0.5f)}, Case{"Adam", with("adam", 0)},
                                         Case{"AdamDecay", with("adam", 0.1f)}, Case{"AdamW", with("adamw", 0.1f)},
                                         Case{"AdamWithoutMemory", with("adam", 0, 0, 0, 0)}),
                         [](const auto& row) { return row.param.name; });

TEST(Optimiser, AnUnknownKindIsRefused) {
  Optimiser optimiser(1);
  OptimiserSettings settings;
  settings.kind = "lion";
  std::vector<float> value{1}, gradient{1};
  EXPECT_THROW(optimiser.step(settings, 1, value, gradient), Error);
  EXPECT_EQ(value[0], 1);
  EXPECT_EQ(optimiser.steps(), 0);
}

TEST(Optimiser, NoGradientMovesNothingWithoutDecay) {
  for (const char* kind : {"sgd", "adam", "adamw"}) {
    std::vector<float> values{1, -2, 0}, gradients(3);
    Optimiser optimiser(3);
    optimiser.step(with(kind, 0), 0.1f, values, gradients);
    EXPECT_EQ(values, (std::vector<float>{1, -2, 0})) << kind;
  }
}

TEST(Clipping, ScalesDownToTheNormAndNeverUp) {
  std::vector<float> gradients{3, 4};
  EXPECT_FLOAT_EQ(clip_gradient(gradients, 0), 5);
  EXPECT_EQ(gradients, (std::vector<float>{3, 4}));
  EXPECT_FLOAT_EQ(clip_gradient(gradients, 10), 5);
  EXPECT_EQ(gradients, (std::vector<float>{3, 4}));
  EXPECT_FLOAT_EQ(clip_gradient(gradients, 1), 5);
  EXPECT_NEAR(gradients[0], 0.6, 1e-6);
  EXPECT_NEAR(gradients[1], 0.8, 1e-6);
  std::vector<float> none(4);
  EXPECT_EQ(clip_gradient(none, 1), 0);
}

TEST(Clipping, TheNormOfManyIsTheNormOfAll) {
  Inputs inputs(2);
  const Tensor gradients = inputs.draw({30'000});
  double squares = 0;
  for (float g : gradients) squares += double{g} * g;
  EXPECT_NEAR(clip_gradient({gradients.begin(), gradients.end()}, 0) / std::sqrt(squares), 1, 1e-5);
}

TEST(Schedule, WarmsUpThenStaysOrFollowsACosine) {
  OptimiserSettings s;
  s.learning_rate = 1;
  EXPECT_EQ(scheduled_rate(s, 0), 1);
  EXPECT_EQ(scheduled_rate(s, 1'000'000), 1);
  s.warmup_steps = 4;
  for (int step = 0; step < 4; ++step) EXPECT_FLOAT_EQ(scheduled_rate(s, step), (step + 1) / 4.0f);
  EXPECT_EQ(scheduled_rate(s, 4), 1);
  s.cosine_steps = 104;
  EXPECT_FLOAT_EQ(scheduled_rate(s, 4), 1);
  EXPECT_FLOAT_EQ(scheduled_rate(s, 54), 0.5f);
  EXPECT_NEAR(scheduled_rate(s, 103), 0, 1e-3);
  EXPECT_EQ(scheduled_rate(s, 104), 0);
  EXPECT_EQ(scheduled_rate(s, 5000), 0);
  for (int step = 5; step < 104; ++step) EXPECT_LT(scheduled_rate(s, step), scheduled_rate(s, step - 1));
}

}  // namespace
}  // namespace lab
