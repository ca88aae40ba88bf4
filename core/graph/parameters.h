#pragma once
// ParameterSet: a model's named parameters and their gradients, each side one run of memory, so that an
// optimiser sees two flat arrays and a file sees names and shapes.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/arena.h"
#include "core/base/rng.h"
#include "core/device/device.h"
#include "core/ops/matmul.h"

namespace lab {

/// How a parameter begins: constant `value`, uniform in ± `value`, normal with deviation `value`, or a square
/// matrix with `value` on its diagonal and 0 elsewhere.
struct Initial {
  enum class Kind { kConstant, kUniform, kNormal, kIdentity } kind = Kind::kConstant;
  float value = 0;
};

struct ParameterSpec {
  std::string name;  // PyTorch's, as in state_dict()
  Shape shape;
  Initial initial;
};

/// A gradient is overwritten by the first operation that reaches it in a backward pass and added to by the others.
struct Gradient {
  Tensor tensor;
  bool written = false;
  bool wanted = true;  // false: nobody reads it, so an operation may leave it as it is

  Into claim() {
    const Into into = written ? Into::kAdd : Into::kOverwrite;
    written = true;
    return into;
  }
};

struct Parameter {
  std::string name;
  Tensor value;
  Gradient gradient;
};

class ParameterSet {
 public:
  explicit ParameterSet(const std::vector<ParameterSpec>& specs);
  ParameterSet(const ParameterSet&) = delete;

  /// Values and gradients have twins on that device, as the host has them now; null: on none.
  void attach(Device* device) { arena_.attach(device); }
  /// Draws the initial values, on the host: the same for the same specs and seed.
  void initialise(const std::vector<ParameterSpec>& specs, uint64_t seed);
  /// They will not learn: where that saves work, their gradients are left as they are.
  void freeze();
  /// Throws Error when there is none of that name.
  Parameter& operator[](std::string_view name);
  std::span<Parameter> all() { return parameters_; }
  std::span<const Parameter> all() const { return parameters_; }

  /// Every value, every gradient, in order; padding between parameters is 0 and stays 0.
  std::span<float> values() const { return {values_.data, static_cast<size_t>(values_.count())}; }
  std::span<float> gradients() const { return {gradients_.data, static_cast<size_t>(gradients_.count())}; }
  /// Numbers that are learned.
  int64_t count() const;

 private:
  Arena arena_;
  Tensor values_, gradients_;
  std::vector<Parameter> parameters_;
};

}  // namespace lab
