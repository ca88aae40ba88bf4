#include "core/base/arena.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace lab {

namespace {
constexpr size_t kBlockBytes = size_t{1} << 20;

size_t round_up(size_t bytes) { return (bytes + Arena::kAlignment - 1) / Arena::kAlignment * Arena::kAlignment; }
}  // namespace

void Arena::Free::operator()(float* block) const { ::operator delete[](block, std::align_val_t{kAlignment}); }

void Arena::attach(BlockObserver* observer) {
  if (observer == observer_) return;
  for (const Block& block : blocks_) {
    if (observer_) observer_->block_removed(block.memory.get());
    if (observer) observer->block_added(block.memory.get(), block.bytes);
  }
  observer_ = observer;
}

Tensor Arena::allocate(Shape shape) { return {allocate(shape.count()), shape}; }

float* Arena::allocate(int64_t floats) {
  const size_t wanted = round_up(std::max<size_t>(static_cast<size_t>(floats) * sizeof(float), 1));
  if (purpose_ == Purpose::kCount) {
    bytes_ += wanted;
    return nullptr;
  }
  if (wanted > left_) {
    const size_t block = std::max(wanted, kBlockBytes);
    next_ = static_cast<float*>(::operator new[](block, std::align_val_t{kAlignment}));
    blocks_.push_back({std::unique_ptr<float[], Free>(next_), block});
    left_ = block;
    std::memset(next_, 0, block);
    if (observer_) observer_->block_added(next_, block);
  }
  float* result = next_;
  next_ += wanted / sizeof(float);
  left_ -= wanted;
  bytes_ += wanted;
  return result;
}

}  // namespace lab
