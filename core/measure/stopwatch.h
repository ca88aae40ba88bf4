#pragma once
// How long a piece of work takes: the median of several runs.

#include <functional>

namespace lab {

/// How often to run. Always once to warm up; then `fewest` times at least, and on until the runs together took
/// `milliseconds` or there are `most`. Where the first run alone takes longer than `patience`, it is the figure.
struct TimingBudget {
  double milliseconds = 1000;
  int fewest = 3, most = 200;
  double patience = 1e9;  // milliseconds
  /// Asked between runs: false ends the measurement with what there is.
  std::function<bool()> keep_going = [] { return true; };
};

/// In milliseconds.
double median_milliseconds(const std::function<void()>& work, const TimingBudget& budget = {});

}  // namespace lab
