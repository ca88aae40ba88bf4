#pragma once
// Arena: the memory of tensors. It grows while a model is built and never during a step;
// tensors are handed out zeroed, aligned for the widest vectors, and live as long as the arena.
//
// Models that are never at work at the same time can lie in the same memory: between building one and the next,
// rewind(). What the next is handed is not zeroed then, and each finds what the one before left.
//
// A device with a memory of its own keeps a twin of each block: attach() tells it of the blocks there are,
// and of those that come and go afterwards.

#include <cstddef>
#include <memory>
#include <vector>

#include "core/base/tensor.h"

namespace lab {

/// Who keeps a twin of an arena's memory.
class BlockObserver {
 public:
  virtual ~BlockObserver() = default;
  /// A block whose numbers the twin starts with.
  virtual void block_added(const float* block, size_t bytes) = 0;
  virtual void block_removed(const float* block) = 0;
};

class Arena {
 public:
  /// Of every tensor, in bytes: the most that OpenGL may ask of where a shader's buffer begins.
  static constexpr size_t kAlignment = 256;

  /// What is counted only is never there: it hands out null, and bytes() tells what a model would take.
  enum class Purpose { kUse, kCount };

  explicit Arena(Purpose purpose = Purpose::kUse) : purpose_(purpose) {}
  ~Arena() { attach(nullptr); }
  Arena(const Arena&) = delete;

  /// From now on that one, and no other, has twins of the blocks; null: no one. It must outlive the arena or be
  /// detached before it goes.
  void attach(BlockObserver* observer);

  Tensor allocate(Shape shape);
  float* allocate(int64_t floats);
  /// What was handed out is handed out again, from the first on …
  void rewind();
  /// … but not this, for what is computed once.
  float* allocate_lasting(int64_t floats);
  /// The most bytes handed out at a time.
  size_t bytes() const { return most_ + lasting_bytes_; }

 private:
  struct Free {
    void operator()(float* block) const;
  };
  struct Block {
    std::unique_ptr<float[], Free> memory;
    size_t bytes;
  };
  void begin(size_t block);
  float* add_block(std::vector<Block>& blocks, size_t bytes);

  Purpose purpose_;
  std::vector<Block> blocks_, lasting_;
  BlockObserver* observer_ = nullptr;
  size_t block_ = 0;  // how many blocks have been begun
  float* next_ = nullptr;
  size_t left_ = 0;  // bytes left in the one begun last
  size_t bytes_ = 0, most_ = 0, lasting_bytes_ = 0;
};

}  // namespace lab
