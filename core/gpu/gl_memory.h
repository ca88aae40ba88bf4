#pragma once
// The memory of a GlDevice: buffers, and the twins of the blocks of arenas.
//
//   GlMemory memory;                          // 1. with a context current
//   memory.block_added(block, bytes);         // 2. an arena tells of its blocks
//   const GlRange x = memory.range(tensor);   // 3. where a tensor's numbers are, for a shader
//   memory.download(tensor);                  // 4. the host's copy, once all work is done

#include <cstdint>
#include <map>
#include <span>

#include "core/attention/attention.h"
#include "core/base/arena.h"

namespace lab {

/// Part of a buffer, as a shader's binding takes it.
struct GlRange {
  unsigned buffer = 0;
  int64_t offset = 0, bytes = 0;
};

/// A tensor that may begin anywhere in the range, `at` numbers from its start.
struct GlSlice {
  GlRange range;
  int64_t at = 0;
};

/// One buffer on the device, zeroed. Throws DeviceLost when the memory is full.
class GlBuffer {
 public:
  explicit GlBuffer(int64_t bytes, const void* numbers = nullptr);
  ~GlBuffer();
  GlBuffer(const GlBuffer&) = delete;

  GlRange range() const { return {name_, 0, bytes_}; }
  int64_t bytes() const { return bytes_; }
  void write(int64_t offset, int64_t bytes, const void* from);
  void read(int64_t offset, int64_t bytes, void* to) const;

 private:
  unsigned name_ = 0;
  int64_t bytes_;
};

/// Rows of one of q, k, v, out on the device: number d of (b, h, n) is at [at + b·batch + h·head + n·token + d].
struct GlRows {
  GlRange range;
  int at = 0, batch = 0, head = 0, token = 0;
};

class GlMemory {
 public:
  GlMemory();

  void block_added(const float* block, int64_t bytes);
  void block_removed(const float* block);
  void upload(Tensor tensor);
  void download(Tensor tensor);
  void read(const GlRange& range, void* to) const;

  /// Of a tensor of an attached arena; of none, something that may be bound and is not read. Throws Error for a
  /// tensor of another arena, DeviceLost for one that is larger than a shader can see.
  GlRange range(Tensor tensor) const;
  /// The same of a tensor that may lie within another, as part of a parameter does.
  GlSlice slice(Tensor tensor) const;
  /// Of heads that begin anywhere within a tensor; `tokens` rows of `width`.
  GlRows rows(HeadRows rows, const AttentionProblem& problem, int tokens, int width) const;
  /// Of prepared rows [B, H, tokens, width] in a buffer of one's own.
  static GlRows rows(const GlBuffer& buffer, int heads, int tokens, int width);

  /// Whole numbers on the device until the next call.
  GlRange integers(std::span<const int> numbers);
  /// Memory for the intermediate results of one operation; three such at a time.
  GlRange scratch(int slot, int64_t floats);
  /// Throws DeviceLost unless a shader can see so many bytes at once.
  void check_size(int64_t bytes) const;
  int64_t bytes() const;

 private:
  struct Twin {
    std::unique_ptr<GlBuffer> buffer;
    const float* block;
  };
  const Twin& twin(const float* address) const;
  GlRange grown(std::unique_ptr<GlBuffer>& buffer, int64_t bytes);

  std::map<const float*, Twin> twins_;
  GlBuffer none_;
  std::unique_ptr<GlBuffer> integers_, scratch_[3];
  int64_t largest_ = 0;  // bytes that a shader can see
};

}  // namespace lab
