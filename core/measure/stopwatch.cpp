#include "core/measure/stopwatch.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace lab {

namespace {

double milliseconds(const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

double median_milliseconds(const std::function<void()>& work, const TimingBudget& budget) {
  const double first = milliseconds(work);
  if (first > budget.patience) return first;
  std::vector<double> times;
  double total = 0;
  const auto wanted = [&] {
    const int count = static_cast<int>(times.size());
    return count < budget.fewest || (total < budget.milliseconds && count < budget.most);
  };
  while (wanted() && budget.keep_going()) {
    times.push_back(milliseconds(work));
    total += times.back();
  }
  if (times.empty()) return first;
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return times[times.size() / 2];
}

}  // namespace lab
