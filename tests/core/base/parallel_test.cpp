#include "core/base/parallel.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace lab {
namespace {

class ParallelFor : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { set_threads(GetParam()); }
  void TearDown() override { set_threads(before_); }
  int before_ = threads();
};

TEST_P(ParallelFor, RunsEachBodyOnce) {
  for (int64_t count : {0, 1, 2, 3, 7, 64, 1000}) {
    std::vector<std::atomic<int>> runs(count);
    parallel_for(count, [&](int64_t i) { ++runs[i]; });
    for (const auto& times : runs) EXPECT_EQ(times, 1);
  }
}

TEST_P(ParallelFor, ManyJobsOneAfterTheOther) {
  std::vector<int64_t> sums(50);
  for (int64_t job = 0; job < 2000; ++job) parallel_for(50, [&](int64_t i) { sums[i] += job; });
  for (int64_t sum : sums) EXPECT_EQ(sum, 1999 * 2000 / 2);
}

TEST_P(ParallelFor, CallsFromSeveralThreadsAndFromWithinABody) {
  std::atomic<int> runs{0};
  const auto work = [&] {
    for (int job = 0; job < 100; ++job) parallel_for(8, [&](int64_t) { parallel_for(4, [&](int64_t) { ++runs; }); });
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(runs, 2 * 100 * 8 * 4);
}

int niceness() { return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())); }

TEST(LetOthersGoFirst, IsOfTheThreadThatAsksAndOfThoseItStarts) {
  const int before = niceness();
  int asked = 0, started = 0;
  std::thread behind([&] {
    let_others_go_first();
    asked = niceness();
    std::thread([&] { started = niceness(); }).join();
  });
  behind.join();
  EXPECT_EQ(asked, std::min(before + 5, 19));
  EXPECT_EQ(started, asked);
  EXPECT_EQ(niceness(), before);
}

INSTANTIATE_TEST_SUITE_P(Threads, ParallelFor, testing::Values(1, 2, 3, 8));

}  // namespace
}  // namespace lab
