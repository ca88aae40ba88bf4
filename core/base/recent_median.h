#pragma once
// RecentMedian: the median of the latest values of something that is measured again and again.

#include <algorithm>
#include <array>
#include <cstddef>

namespace lab {

class RecentMedian {
 public:
  void add(double value) { values_[count_++ % values_.size()] = value; }
  size_t count() const { return count_; }
  /// 0 of nothing.
  double median() const {
    std::array<double, 31> sorted = values_;
    const size_t count = std::min(count_, sorted.size());
    if (count == 0) return 0;
    std::nth_element(sorted.begin(), sorted.begin() + count / 2, sorted.begin() + count);
    return sorted[count / 2];
  }

 private:
  std::array<double, 31> values_{};
  size_t count_ = 0;
};

}  // namespace lab
