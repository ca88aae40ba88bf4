#pragma once
// A progress bar on a terminal; nothing where standard error is none. In colour unless NO_COLOR is set
// (no-color.org).

#include <chrono>
#include <string>

namespace lab {

class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();  // leaves the line
  ProgressBar(const ProgressBar&) = delete;

  /// Whether anybody sees it: if not, its words need not be made.
  bool visible() const { return terminal_; }
  /// Clears its line for other output; the next show draws it again.
  void clear();
  /// `share` of the work done, 0 … 1, and a few words; drawn at most ten times a second.
  void show(double share, const std::string& words);

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point start_ = Clock::now(), last_{};
};

}  // namespace lab
