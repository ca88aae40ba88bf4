// The stages of attention that a lane shows are the kernel's own, and follow from one another.

#include <gtest/gtest.h>

#include <cmath>

#include "core/train/trainer.h"
#include "tests/core/train/small_data.h"

namespace lab {
namespace {

Experiment halves() {
  Experiment e;
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 32, .patch = 2};
  e.batch = 16;
  return e;
}

// What is under the hood must give the next stage, computed again in double.
void expect_consistent(const AttentionStages& s) {
  for (int i = 0; i < s.queries; ++i) {
    double largest = -INFINITY, total = 0;
    for (int j = 0; j < s.keys; ++j) {
      const float score = s.scores[i * s.keys + j];
      if (std::isinf(score)) {
        EXPECT_EQ(s.weights[i * s.keys + j], 0);
        continue;
      }
      double expected = 0;
      for (int d = 0; d < s.score_width; ++d) {
        const double q = s.q[i * s.score_width + d], k = s.k[j * s.score_width + d];
        expected += s.additive.empty() ? s.scale * q * k : s.additive[d] * std::tanh(q + k);
      }
      EXPECT_NEAR(score, expected, 1e-5);
      largest = std::max(largest, expected);
    }
    for (int j = 0; j < s.keys; ++j) total += std::exp(s.scores[i * s.keys + j] - largest);
    for (int j = 0; j < s.keys; ++j)
      EXPECT_NEAR(s.weights[i * s.keys + j], std::exp(s.scores[i * s.keys + j] - largest) / total, 1e-5);
    for (int d = 0; d < s.head_width; ++d) {
      double mixed = 0;
      for (int j = 0; j < s.keys; ++j) mixed += s.weights[i * s.keys + j] * s.v[j * s.head_width + d];
      EXPECT_NEAR(s.out[i * s.head_width + d], mixed, 1e-5);
    }
  }
}

TEST(Stages, AreTheKernelsOwnForEveryScoreAndPattern) {
  Experiment experiment = halves();
  for (const char* lane : {"dense", "local:window=1,score=dot", "block:block=2,score=cosine", "dense:score=general",
                           "local:window=1,score=additive", "dense+local:window=1,heads=2"}) {
    SCOPED_TRACE(lane);
    experiment.lanes = {parse_lane(lane)};
    Trainer trainer(experiment, small_data());
    trainer.step();
    const Reading reading = trainer.read(0, trainer.data().test.picture(1));
    for (int layer = 0; layer < experiment.model.layers; ++layer)
      for (int head = 0; head < experiment.model.heads; ++head) {
        AttentionStages stages;
        ASSERT_TRUE(trainer.stages({0, layer, head}, stages));
        expect_consistent(stages);
        const size_t pairs = stages.weights.size(), at = (layer * experiment.model.heads + head) * pairs;
        for (size_t pair = 0; pair < pairs; ++pair) EXPECT_EQ(stages.weights[pair], reading.attention[at + pair]);
        for (const double seconds : stages.seconds) EXPECT_GE(seconds, 0);
      }
  }
}

TEST(Stages, AreNotThereBeforeAReading) {
  Experiment experiment = halves();
  Trainer trainer(experiment, small_data());
  AttentionStages stages;
  EXPECT_FALSE(trainer.stages({0, 0, 0}, stages));
}

}  // namespace
}  // namespace lab
