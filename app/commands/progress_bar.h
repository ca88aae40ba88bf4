#pragma once
// A progress bar on a terminal; nothing where standard error is none.

#include <chrono>
#include <string>

namespace lab {

class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();  // leaves the line
  ProgressBar(const ProgressBar&) = delete;

  /// `share` of the work done, 0 … 1, and a few words; drawn at most ten times a second.
  void show(double share, const std::string& words);

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point start_ = Clock::now(), last_{};
};

}  // namespace lab
