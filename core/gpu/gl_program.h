#pragma once
// Program: one shader of shaders/, compiled when it is first used and again when its file changes.
//
//   ShaderFolder folder(path, ShaderFolder::Watch::kYes);       // 1. where the .comp files are
//   Program gelu(folder, "gelu", {{"THREADS", 256}});           // 2. shaders/gelu.comp with these #defines
//   gelu.run(groups, {y, x}, {count});                          // 3. buffers in the order of their bindings,
//                                                               //    numbers in that of their locations
//
// A shader that does not compile is a sentence with file and line. At first use that is an Error; later the
// program that was there goes on, and the folder keeps the sentence.

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "core/gpu/gl_memory.h"
#include "core/gpu/sizes.h"

namespace lab {

class ShaderFolder {
 public:
  enum class Watch { kNo, kYes };
  ShaderFolder(std::string path, Watch watch);

  /// The text of a file. Throws Error where there is none.
  std::string read(const std::string& file) const;
  /// Grows when a file has changed; looks at the disk now and then, and only when it watches.
  int64_t version();
  /// Why the latest change was not taken over; empty when it was.
  const std::string& complaint() const { return complaint_; }
  void complain(std::string sentence) { complaint_ = std::move(sentence); }

 private:
  int64_t newest() const;  // of all files' times

  std::string path_, complaint_;
  bool watch_;
  int64_t version_ = 0, newest_ = 0;
  std::chrono::steady_clock::time_point looked_{};
};

/// A uniform's value.
struct GlNumber {
  enum class Type { kInt, kUnsigned, kFloat } type;
  union {
    int whole;
    unsigned natural;
    float real;
  };
  GlNumber(int value) : type(Type::kInt), whole(value) {}
  GlNumber(int64_t value) : GlNumber(static_cast<int>(value)) {}
  GlNumber(bool value) : GlNumber(value ? 1 : 0) {}
  GlNumber(unsigned value) : type(Type::kUnsigned), natural(value) {}
  GlNumber(float value) : type(Type::kFloat), real(value) {}
};

class Program {
 public:
  Program(ShaderFolder& folder, std::string name, gl::Defines defines);
  ~Program();
  Program(const Program&) = delete;

  /// Runs so many workgroups, in several dispatches where they are many or much work. Returns at once. Throws Error
  /// when the shader cannot be used.
  void run(int64_t groups, std::initializer_list<GlRange> buffers, std::initializer_list<GlNumber> numbers,
           int64_t multiply_adds_per_group = 0);

 private:
  void refresh();
  void compile();
  unsigned compiled(const std::string& text) const;

  ShaderFolder& folder_;
  std::string name_;
  gl::Defines defines_;
  std::string text_;  // what program_ was made from, or failed to be
  unsigned program_ = 0;
  int64_t version_ = -1;
};

}  // namespace lab
