#include "core/base/job.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace lab {
namespace {

/// Counts until it is stopped.
void count(JobControl<int>& job) {
  for (int i = 1; job.go_on(); ++i) job.post(i);
}

void wait_for(const std::function<bool()>& so) {
  while (!so()) std::this_thread::yield();
}

TEST(Job, PausesGoesOnAndStops) {
  Job<int> job(0, count);
  wait_for([&] { return *job.latest() > 3; });
  job.pause(true);
  int seen = -1;  // the part in hand is still done, then nothing
  for (int same = 0; same < 20;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    same = *job.latest() == std::exchange(seen, *job.latest()) ? same + 1 : 0;
  }
  EXPECT_FALSE(job.ended());
  job.pause(false);
  wait_for([&] { return *job.latest() > seen; });
  job.stop();
  wait_for([&] { return job.ended(); });
  EXPECT_EQ(job.trouble(), "");
}

TEST(Job, EndsWhilePaused) {
  Job<int> job(0, count);
  job.pause(true);
}

TEST(Job, TellsWhatWentWrong) {
  std::atomic<int> published = 0;
  Job<int> job(7, [](JobControl<int>&) { throw Error("It broke."); }, [&] { ++published; });
  wait_for([&] { return published > 0; });
  EXPECT_TRUE(job.ended());
  EXPECT_EQ(job.trouble(), "It broke.");
  EXPECT_EQ(*job.latest(), 7);
}

}  // namespace
}  // namespace lab
