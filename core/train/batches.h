#pragma once
// Batches: which samples are trained on in which step. Every epoch has its own order, which follows from the seed. A
// batch holds samples of one size, so that short texts are not padded to the length of long ones; what is left over of
// a size joins a larger one of the same answer, and what is left over of all waits for another epoch.

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace lab {

/// Room for a sample: tokens to read and tokens to answer; 0 and 0 of a picture.
struct SampleSize {
  int tokens = 0, answer = 0;
  auto operator<=>(const SampleSize&) const = default;
};

struct Batch {
  int size = 0;  // number of the size it is of
  std::span<const uint32_t> samples;
};

class Batches {
 public:
  /// Of samples with these sizes, `batch` at a time.
  Batches(std::span<const SampleSize> samples, int batch);

  /// All there are, in order; a batch names its own by number.
  const std::vector<SampleSize>& sizes() const { return sizes_; }
  int64_t per_epoch() const { return per_epoch_; }
  /// Valid until the next call. Takes no memory.
  Batch at(int64_t step, uint64_t seed);

 private:
  void arrange(uint64_t seed, int64_t epoch);
  int64_t fill();
  void add(int size, uint32_t sample);

  int batch_;
  std::vector<SampleSize> sizes_;
  std::vector<int> size_of_;                    // [samples] number of its size
  std::vector<std::vector<uint32_t>> waiting_;  // of each size, fewer than a batch
  std::vector<uint32_t> order_, arranged_;      // [samples]
  std::vector<int> batch_sizes_;                // of each batch in `arranged_`
  int64_t per_epoch_ = 0, filled_ = 0, epoch_ = -1;
};

}  // namespace lab
