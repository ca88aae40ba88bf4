#include "app/window/frame_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace lab {
namespace {

constexpr std::chrono::microseconds kFrame(16'667);

}  // namespace

void FrameClock::wait() { std::this_thread::sleep_until(next_); }

void FrameClock::begin() {
  begun_ = Clock::now();
  if (work_ms_.empty()) first_ = begun_;
  // From the plan rather than from now, so that small delays do not add up; a long pause starts afresh.
  next_ = std::max(next_ + kFrame, begun_ + kFrame / 2);
}

void FrameClock::end() {
  if (work_ms_.size() < kMost)
    work_ms_.push_back(std::chrono::duration<float, std::milli>(Clock::now() - begun_).count());
}

std::string FrameClock::report() const {
  if (work_ms_.empty()) return "no frames";
  std::vector<float> sorted = work_ms_;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double share) {
    return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
  };
  const double seconds = std::max(std::chrono::duration<double>(begun_ - first_).count(), 1e-3);
  return fmt::format(
      "{} frames in {:.1f} s, {:.1f} a second; a frame takes {:.1f} ms (median), {:.1f} ms (95 %), {:.1f} ms (longest)",
      sorted.size(), seconds, static_cast<double>(sorted.size()) / seconds, at(0.5), at(0.95), at(1));
}

}  // namespace lab
