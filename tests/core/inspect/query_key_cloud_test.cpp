// Queries and keys against the stages they are of: contributions add up to the scores that the softmax is taken of.

#include "core/inspect/query_key_cloud.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/train/trainer.h"
#include "tests/core/train/small_data.h"

namespace lab {
namespace {

AttentionStages stages_of(const char* lane, std::vector<LayerMaps>& maps) {
  Experiment experiment;
  experiment.task = "shapes";
  experiment.model = {.width = 16, .heads = 4, .layers = 2, .mlp = 32, .patch = 2, .dropout = 0};
  experiment.lanes = {parse_lane(lane)};
  Trainer trainer(experiment, small_data());
  maps = trainer.read(0, trainer.data().test.sample(0)).maps;
  AttentionStages stages;
  EXPECT_TRUE(trainer.stages({0, 1, 2}, stages));
  return stages;
}

TEST(QueryKeyCloud, ContributionsAddUpToTheKernelsScores) {
  for (const char* lane : {"dense", "local:window=1,score=cosine", "dense:score=additive", "dense:score=general"}) {
    std::vector<LayerMaps> maps;
    const AttentionStages stages = stages_of(lane, maps);
    QueryKeyCloud cloud;
    cloud.add(3, stages.queries, stages.keys, stages, maps[1].heads[2]);
    cloud.add(8, stages.queries, stages.keys, stages, maps[1].heads[2]);
    const int n = stages.queries;
    ASSERT_EQ(cloud.query_count(), 2 * n);
    ASSERT_EQ(cloud.key_count(), 2 * n);
    for (int query = 0; query < n; ++query)
      for (int key = 0; key < n; ++key) {
        const float score = stages.scores[query * n + key];
        ASSERT_EQ(cloud.exists(n + query, n + key), std::isfinite(score)) << lane;
        EXPECT_FALSE(cloud.exists(query, n + key)) << "of two samples";
        if (!std::isfinite(score)) continue;
        const std::vector<float> parts = cloud.contributions(n + query, n + key);
        ASSERT_EQ(static_cast<int>(parts.size()), cloud.width);
        const float sum = std::accumulate(parts.begin(), parts.end(), 0.0f);
        EXPECT_NEAR(sum * (cloud.additive.empty() ? cloud.scale : 1), score, 1e-5f * (1 + std::abs(score))) << lane;
        EXPECT_NEAR(cloud.score(n + query, n + key), score, 1e-5f * (1 + std::abs(score))) << lane;
      }
    const float* row = stages.scores.data() + 7 * n;
    EXPECT_EQ(cloud.best_key(n + 7), n + (std::max_element(row, row + n) - row));
    EXPECT_EQ(cloud.sample_of_query(n).index, 8);
    EXPECT_EQ(cloud.sample_of_key(n - 1).index, 3);
  }
}

TEST(QueryKeyCloud, LiesInThePlaneWhereItsPointsDifferMost) {
  AttentionStages stages;
  stages.queries = stages.keys = 2, stages.score_width = 3;
  stages.q = {5, 0, 1, -5, 0, 1}, stages.k = {0, 2, 1, 0, -2, 1};
  QueryKeyCloud cloud;
  cloud.add(0, 2, 2, stages, std::make_shared<TileMap>(Pattern{}, Geometry::sequence(2)));
  cloud.lay_out();
  EXPECT_NEAR(cloud.explained[0], 50.0 / 58, 1e-6);
  EXPECT_NEAR(cloud.explained[1], 8.0 / 58, 1e-6);
  EXPECT_NEAR(cloud.query_places[0][0], 5, 1e-5);
  EXPECT_NEAR(cloud.query_places[0][1], 0, 1e-5);
  EXPECT_NEAR(cloud.key_places[1][1], -2, 1e-5);
  EXPECT_EQ(cloud.best_query(1), 0) << "both give 1: the first";
}

}  // namespace
}  // namespace lab
