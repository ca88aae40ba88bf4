#include "core/gpu/gl_memory.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "core/device/device.h"
#include "core/gpu/gl_error.h"

namespace lab {

namespace {
constexpr int64_t kFloat = sizeof(float);
constexpr int64_t kMegabyte = 1 << 20;

void read_range(const GlRange& range, void* to) {
  glMemoryBarrier(GL_BUFFER_UPDATE_BARRIER_BIT);
  glBindBuffer(GL_COPY_READ_BUFFER, range.buffer);
  glGetBufferSubData(GL_COPY_READ_BUFFER, range.offset, range.bytes, to);
  check_gl("reading numbers back");
}
}  // namespace

GlBuffer::GlBuffer(int64_t bytes, const void* numbers) : bytes_(std::max<int64_t>(bytes, kFloat)) {
  glGenBuffers(1, &name_);
  glBindBuffer(GL_COPY_WRITE_BUFFER, name_);
  glBufferData(GL_COPY_WRITE_BUFFER, bytes_, bytes > 0 ? numbers : nullptr, GL_DYNAMIC_COPY);
  if (!numbers) glClearBufferData(GL_COPY_WRITE_BUFFER, GL_R32F, GL_RED, GL_FLOAT, nullptr);
  try {
    check_gl("making room for numbers");
  } catch (...) {
    glDeleteBuffers(1, &name_);
    throw;
  }
}

GlBuffer::~GlBuffer() { glDeleteBuffers(1, &name_); }

void GlBuffer::write(int64_t offset, int64_t bytes, const void* from) {
  glBindBuffer(GL_COPY_WRITE_BUFFER, name_);
  glBufferSubData(GL_COPY_WRITE_BUFFER, offset, bytes, from);
}

void GlBuffer::read(int64_t offset, int64_t bytes, void* to) const { read_range({name_, offset, bytes}, to); }

GlMemory::GlMemory() : none_(kFloat) { glGetInteger64v(GL_MAX_SHADER_STORAGE_BLOCK_SIZE, &largest_); }

void GlMemory::block_added(const float* block, int64_t bytes) {
  twins_[block] = {std::make_unique<GlBuffer>(bytes, block), block};
}

void GlMemory::block_removed(const float* block) { twins_.erase(block); }

const GlMemory::Twin& GlMemory::twin(const float* address) const {
  auto after = twins_.upper_bound(address);
  if (after != twins_.begin()) {
    const Twin& found = std::prev(after)->second;
    if ((address - found.block) * kFloat < found.buffer->bytes()) return found;
  }
  throw Error("A tensor that is not on the GPU was given to it: attach its arena to the device first.");
}

void GlMemory::upload(Tensor tensor) {
  const Twin& of = twin(tensor.data);
  of.buffer->write((tensor.data - of.block) * kFloat, tensor.count() * kFloat, tensor.data);
}

void GlMemory::download(Tensor tensor) {
  const Twin& of = twin(tensor.data);
  of.buffer->read((tensor.data - of.block) * kFloat, tensor.count() * kFloat, tensor.data);
}

void GlMemory::read(const GlRange& range, void* to) const { read_range(range, to); }

void GlMemory::check_size(int64_t bytes) const {
  if (bytes > largest_)
    throw DeviceLost("{} MiB in one piece are more than the GPU's {} MiB; make the model or the batch smaller.",
                     bytes / kMegabyte, largest_ / kMegabyte);
}

GlSlice GlMemory::slice(Tensor tensor) const {
  if (!tensor) return {none_.range()};
  const Twin& of = twin(tensor.data);
  const int64_t alignment = Arena::kAlignment, at = (tensor.data - of.block) * kFloat;
  const int64_t begin = at / alignment * alignment, end = at + tensor.count() * kFloat;
  check_size(end - begin);
  return {{of.buffer->range().buffer, begin, end - begin}, (at - begin) / kFloat};
}

GlRange GlMemory::range(Tensor tensor) const {
  const GlSlice slice = this->slice(tensor);
  if (slice.at != 0) throw Error("A tensor within another was given to the GPU, where it takes whole tensors.");
  return slice.range;
}

GlRows GlMemory::rows(HeadRows rows, const AttentionProblem& p, int tokens, int width) const {
  const Twin& of = twin(rows.data);
  const int64_t at = rows.data - of.block, begin = at * kFloat / Arena::kAlignment * Arena::kAlignment;
  const int64_t end = at + (p.batch - 1) * rows.batch + (p.heads - 1) * rows.head + (tokens - 1) * rows.token + width;
  check_size(end * kFloat - begin);
  return {{of.buffer->range().buffer, begin, end * kFloat - begin},
          static_cast<int>(at - begin / kFloat),
          static_cast<int>(rows.batch),
          static_cast<int>(rows.head),
          static_cast<int>(rows.token)};
}

GlRows GlMemory::rows(const GlBuffer& buffer, int heads, int tokens, int width) {
  return {buffer.range(), 0, heads * tokens * width, tokens * width, width};
}

// Made anew only when it has to grow, and then with some room.
GlRange GlMemory::grown(std::unique_ptr<GlBuffer>& buffer, int64_t bytes) {
  check_size(bytes);
  const int64_t roomy = bytes * 3 / 2 / kFloat * kFloat;
  if (!buffer || buffer->bytes() < bytes) buffer = std::make_unique<GlBuffer>(std::min(roomy, largest_));
  return buffer->range();
}

GlRange GlMemory::integers(std::span<const int> numbers) {
  const GlRange range = grown(integers_, numbers.size() * sizeof(int));
  integers_->write(0, numbers.size() * sizeof(int), numbers.data());
  return range;
}

GlRange GlMemory::scratch(int slot, int64_t floats) { return grown(scratch_[slot], floats * kFloat); }

int64_t GlMemory::bytes() const {
  int64_t total = none_.bytes();
  for (const auto& [block, twin] : twins_) total += twin.buffer->bytes();
  for (const auto* buffer : {&integers_, &scratch_[0], &scratch_[1], &scratch_[2]})
    if (*buffer) total += (*buffer)->bytes();
  return total;
}

}  // namespace lab
