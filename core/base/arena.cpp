#include "core/base/arena.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace lab {

namespace {
constexpr size_t kBlockBytes = size_t{1} << 20;

size_t wanted_bytes(int64_t floats) {
  const size_t bytes = std::max<size_t>(static_cast<size_t>(floats) * sizeof(float), 1);
  return (bytes + Arena::kAlignment - 1) / Arena::kAlignment * Arena::kAlignment;
}
}  // namespace

void Arena::Free::operator()(float* block) const { ::operator delete[](block, std::align_val_t{kAlignment}); }

void Arena::attach(BlockObserver* observer) {
  if (observer == observer_) return;
  for (const auto* blocks : {&blocks_, &lasting_})
    for (const Block& block : *blocks) {
      if (observer_) observer_->block_removed(block.memory.get());
      if (observer) observer->block_added(block.memory.get(), block.bytes);
    }
  observer_ = observer;
}

Tensor Arena::allocate(Shape shape) { return {allocate(shape.count()), shape}; }

float* Arena::allocate(int64_t floats) {
  const size_t wanted = wanted_bytes(floats);
  bytes_ += wanted;
  most_ = std::max(most_, bytes_);
  if (purpose_ == Purpose::kCount) return nullptr;
  while (wanted > left_) {
    if (block_ == blocks_.size()) add_block(blocks_, std::max(wanted, kBlockBytes));
    begin(block_++);
  }
  float* result = next_;
  next_ += wanted / sizeof(float);
  left_ -= wanted;
  return result;
}

void Arena::begin(size_t block) {
  next_ = blocks_[block].memory.get();
  left_ = blocks_[block].bytes;
}

float* Arena::add_block(std::vector<Block>& blocks, size_t bytes) {
  auto* const block = static_cast<float*>(::operator new[](bytes, std::align_val_t{kAlignment}));
  blocks.push_back({std::unique_ptr<float[], Free>(block), bytes});
  std::memset(block, 0, bytes);
  if (observer_) observer_->block_added(block, bytes);
  return block;
}

float* Arena::allocate_lasting(int64_t floats) {
  const size_t wanted = wanted_bytes(floats);
  lasting_bytes_ += wanted;
  return purpose_ == Purpose::kCount ? nullptr : add_block(lasting_, wanted);
}

void Arena::rewind() {
  block_ = 0;
  left_ = 0;
  bytes_ = 0;
}

}  // namespace lab
