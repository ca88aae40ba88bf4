// Batches: every sample once an epoch, of one size together, the same for the same seed.

#include "core/train/batches.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/base/rng.h"

namespace lab {
namespace {

std::vector<SampleSize> some_sizes(int count) {
  std::vector<SampleSize> sizes;
  Rng rng(1, stream::kTests);
  for (int i = 0; i < count; ++i)
    sizes.push_back({8 * (1 + static_cast<int>(rng.below(5))), static_cast<int>(rng.below(3))});
  return sizes;
}

TEST(Batches, OfOneSizeAreTheShuffledOrderCutUp) {
  Batches batches(std::vector<SampleSize>(103), 10);
  EXPECT_EQ(batches.per_epoch(), 10);
  std::vector<uint32_t> order(103);
  Rng(7, stream::kBatches).permute(order);
  for (int step = 0; step < 10; ++step) {
    const Batch batch = batches.at(step, 7);
    EXPECT_TRUE(std::equal(batch.samples.begin(), batch.samples.end(), order.begin() + step * 10));
  }
}

TEST(Batches, HoldSamplesThatFitTogether) {
  const std::vector<SampleSize> sizes = some_sizes(1000);
  Batches batches(sizes, 16);
  EXPECT_GE(batches.per_epoch(), 1000 / 16 - 3);  // of each of three answers less than a batch is left over
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::set<uint32_t> seen;
    for (int64_t step = 0; step < batches.per_epoch(); ++step) {
      const Batch batch = batches.at(epoch * batches.per_epoch() + step, 7);
      const SampleSize& room = batches.sizes()[batch.size];
      for (uint32_t sample : batch.samples) {
        EXPECT_LE(sizes[sample].tokens, room.tokens);
        EXPECT_EQ(sizes[sample].answer, room.answer);
        EXPECT_TRUE(seen.insert(sample).second);
      }
    }
  }
}

TEST(Batches, AreTheSameWheneverTheyAreAskedFor) {
  const std::vector<SampleSize> sizes = some_sizes(300);
  Batches forward(sizes, 8), jumping(sizes, 8);
  std::map<int64_t, std::vector<uint32_t>> all;
  for (int64_t step = 0; step < 90; ++step) {
    const Batch batch = forward.at(step, 3);
    all[step].assign(batch.samples.begin(), batch.samples.end());
  }
  for (int64_t step : {80, 5, 40, 41, 0}) {
    const Batch batch = jumping.at(step, 3);
    EXPECT_TRUE(std::equal(batch.samples.begin(), batch.samples.end(), all[step].begin())) << step;
  }
}

TEST(Batches, AreNoneWhereThereAreTooFewSamples) {
  EXPECT_EQ(Batches(std::vector<SampleSize>(5), 6).per_epoch(), 0);
  EXPECT_EQ(Batches(std::vector<SampleSize>{{8, 1}, {8, 2}}, 2).per_epoch(), 0);
}

}  // namespace
}  // namespace lab
