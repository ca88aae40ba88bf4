#pragma once
// FrameClock: keeps frames at most 60 a second and remembers how long they took.

#include <chrono>
#include <string>
#include <vector>

namespace lab {

class FrameClock {
 public:
  /// Sleeps until the next frame may begin.
  void wait();
  /// Around the work of a frame.
  void begin();
  void end();
  /// "1,200 frames in 20.0 s, 60.0 a second; a frame takes 4.1 ms (median), 6.0 ms (95 %), 11.2 ms (longest)"
  std::string report() const;

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr size_t kMost = 1 << 16;  // frames remembered

  Clock::time_point first_{}, begun_{}, next_{};
  std::vector<float> work_ms_;
};

}  // namespace lab
