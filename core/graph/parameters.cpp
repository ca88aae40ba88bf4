#include "core/graph/parameters.h"

#include "core/base/error.h"

namespace lab {

namespace {
// So that each parameter is aligned as an arena's tensors are.
int64_t padded(int64_t count) {
  constexpr int64_t kFloats = Arena::kAlignment / sizeof(float);
  return (count + kFloats - 1) / kFloats * kFloats;
}

float draw(const Initial& initial, Rng& rng, int64_t row, int64_t column) {
  switch (initial.kind) {
    case Initial::Kind::kUniform: return rng.uniform(-initial.value, initial.value);
    case Initial::Kind::kNormal: return initial.value * rng.normal();
    case Initial::Kind::kIdentity: return row == column ? initial.value : 0;
    case Initial::Kind::kConstant: break;
  }
  return initial.value;
}
}  // namespace

ParameterSet::ParameterSet(const std::vector<ParameterSpec>& specs) {
  int64_t total = 0;
  for (const ParameterSpec& spec : specs) total += padded(spec.shape.count());
  values_ = arena_.allocate(Shape{total});
  gradients_ = arena_.allocate(Shape{total});
  int64_t at = 0;
  for (const ParameterSpec& spec : specs) {
    parameters_.push_back({spec.name, {values_.data + at, spec.shape}, {{gradients_.data + at, spec.shape}, false}});
    at += padded(spec.shape.count());
  }
}

void ParameterSet::initialise(const std::vector<ParameterSpec>& specs, uint64_t seed) {
  Rng rng(seed, stream::kParameters);
  for (size_t i = 0; i < specs.size(); ++i) {
    const Tensor& value = parameters_[i].value;
    for (int64_t n = 0; n < value.count(); ++n)
      value[n] = draw(specs[i].initial, rng, n / value.shape.columns(), n % value.shape.columns());
  }
}

void ParameterSet::freeze() {
  for (Parameter& parameter : parameters_) parameter.gradient.wanted = false;
}

Parameter& ParameterSet::operator[](std::string_view name) {
  for (Parameter& parameter : parameters_)
    if (parameter.name == name) return parameter;
  throw Error("The model has no parameter \"{}\".", name);
}

int64_t ParameterSet::count() const {
  int64_t total = 0;
  for (const Parameter& parameter : parameters_) total += parameter.value.count();
  return total;
}

}  // namespace lab
