#pragma once
// Arena: the memory of tensors. It grows while a model is built and never during a step;
// tensors are handed out zeroed, aligned for the widest vectors, and live as long as the arena.

#include <cstddef>
#include <memory>
#include <vector>

#include "core/base/tensor.h"

namespace lab {

class Arena {
 public:
  static constexpr size_t kAlignment = 64;

  Tensor allocate(Shape shape);
  float* allocate(int64_t floats);
  /// Bytes handed out so far.
  size_t bytes() const { return bytes_; }

 private:
  struct Free {
    void operator()(float* block) const;
  };
  std::vector<std::unique_ptr<float[], Free>> blocks_;
  float* next_ = nullptr;
  size_t left_ = 0;  // bytes left in the newest block
  size_t bytes_ = 0;
};

}  // namespace lab
