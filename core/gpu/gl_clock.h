#pragma once
// GlClock: marks in the GPU's own order of work, by timer queries, so that nobody waits for an operation to end
// just to time it. Marks are remembered for a while: ask about recent ones only.

#include <array>
#include <cstdint>

namespace lab {

class GlClock {
 public:
  static constexpr uint64_t kMarks = 4096;  // enough for a step of several large models

  GlClock();
  ~GlClock();
  GlClock(const GlClock&) = delete;

  uint64_t mark();
  /// 0 where one of the two is long forgotten.
  double seconds(uint64_t from, uint64_t to);

 private:
  /// Nanoseconds; waits until the GPU is there.
  uint64_t when(uint64_t mark);

  std::array<unsigned, kMarks> queries_{};
  uint64_t next_ = 1;  // 0 is no mark
};

}  // namespace lab
