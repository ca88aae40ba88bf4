#pragma once
// ReferenceCase: one file of inputs and expected results, as tests/golden/README.md defines them.
//
//   ReferenceCase reference("attention_dot_local.safetensors");
//   const int block = reference.whole("block", 1, 1024);             // 1. settings …
//   const Tensor q = reference.tensor("q", 4);                       // 2. … inputs …
//   reference.compare("out", out, 2e-5);                             // 3. … and what came out
//   reference.finish();                                              // 4. nothing was overlooked
//
// Everything throws Error with a sentence where the file lacks what is asked for or holds what makes no
// sense; finish() throws where it holds a setting or a tensor that nobody asked for: such a case is one
// that we do not know.

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/arena.h"
#include "core/data/safetensors.h"
#include "core/device/cpu_device.h"

namespace lab {

/// How far a tensor is from what was expected. The error is max |difference| ÷ max |expected|.
struct Comparison {
  std::string tensor;
  double error = 0, tolerance = 0;

  bool passed() const { return error <= tolerance; }  // never for NaN
};

class ReferenceCase {
 public:
  /// Tensors that are read, and zeros, are on the device too; what is compared is read back from it.
  explicit ReferenceCase(const std::string& path, Device& device = cpu_device());
  Device& device() { return device_; }

  /// Settings. Without a fallback they must be there.
  std::string text(std::string_view key, std::optional<std::string> fallback = {});
  int whole(std::string_view key, int smallest, int largest, std::optional<int> fallback = {});
  float number(std::string_view key, double smallest, double largest, std::optional<double> fallback = {});
  bool flag(std::string_view key, std::optional<bool> fallback = {});

  /// Tensors; no size is 0, and numbers are F32 and finite.
  bool has(std::string_view name) const { return file_.has(name); }
  Shape shape(std::string_view name) const;
  Tensor tensor(std::string_view name, int rank);
  Tensor tensor(std::string_view name, Shape shape);
  /// Whole numbers from `smallest` to `largest`.
  std::vector<int> integers(std::string_view name, Shape shape, int64_t smallest, int64_t largest);
  /// Zeros, for results.
  Tensor zeros(Shape shape) { return arena_.allocate(shape); }

  /// Compares a result with the tensor of that name. A difference whose terms cancel leaves nothing to divide
  /// by but zeros or rounding noise; then `natural`, the size of the terms, is its size.
  void compare(std::string_view name, Tensor result, double tolerance, double natural = 0);
  /// The same under `name`, of some numbers only.
  void compare(std::string_view name, std::span<const float> expected, std::span<const float> result, double tolerance,
               double natural = 0);

  void finish() const;
  Arena& arena() { return arena_; }
  const std::vector<Comparison>& comparisons() const { return comparisons_; }

 private:
  std::optional<std::string> setting(std::string_view key);

  Device& device_;
  SafetensorsFile file_;
  Arena arena_;
  std::set<std::string, std::less<>> asked_;  // settings and tensors
  std::vector<Comparison> comparisons_;
};

}  // namespace lab
