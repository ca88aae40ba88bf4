#include "core/train/batches.h"

#include <algorithm>
#include <numeric>

#include "core/base/rng.h"

namespace lab {

Batches::Batches(std::span<const SampleSize> samples, int batch)
    : batch_(batch), sizes_(samples.begin(), samples.end()), order_(samples.size()), arranged_(samples.size()) {
  // First by answer, then by tokens: the next one that could take what is left over is the next in order.
  const auto before = [](const SampleSize& a, const SampleSize& b) {
    return std::pair(a.answer, a.tokens) < std::pair(b.answer, b.tokens);
  };
  std::sort(sizes_.begin(), sizes_.end(), before);
  sizes_.erase(std::unique(sizes_.begin(), sizes_.end()), sizes_.end());
  for (const SampleSize& size : samples)
    size_of_.push_back(static_cast<int>(std::lower_bound(sizes_.begin(), sizes_.end(), size, before) - sizes_.begin()));
  waiting_.resize(sizes_.size());
  for (auto& waiting : waiting_) waiting.reserve(batch);
  batch_sizes_.resize(samples.size() / batch + 1);
  std::iota(order_.begin(), order_.end(), 0u);
  per_epoch_ = fill();  // however they are ordered, there are as many
}

Batch Batches::at(int64_t step, uint64_t seed) {
  const int64_t within = step % per_epoch_, epoch = step / per_epoch_;
  if (epoch != epoch_) arrange(seed, epoch);
  return {batch_sizes_[within], {arranged_.data() + within * batch_, static_cast<size_t>(batch_)}};
}

void Batches::arrange(uint64_t seed, int64_t epoch) {
  Rng(seed, stream::kBatches + (static_cast<uint64_t>(epoch) << 8)).permute(order_);
  epoch_ = epoch;
  fill();
}

int64_t Batches::fill() {
  filled_ = 0;
  for (auto& waiting : waiting_) waiting.clear();
  for (uint32_t sample : order_) add(size_of_[sample], sample);
  for (size_t size = 0; size + 1 < sizes_.size(); ++size)
    if (sizes_[size].answer == sizes_[size + 1].answer)
      for (uint32_t sample : waiting_[size]) add(static_cast<int>(size) + 1, sample);
  return filled_;
}

void Batches::add(int size, uint32_t sample) {
  std::vector<uint32_t>& waiting = waiting_[size];
  waiting.push_back(sample);
  if (static_cast<int>(waiting.size()) < batch_) return;
  std::copy(waiting.begin(), waiting.end(), arranged_.begin() + filled_ * batch_);
  batch_sizes_[filled_++] = size;
  waiting.clear();
}

}  // namespace lab
