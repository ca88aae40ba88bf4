#include "core/verify/reference_case.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/error.h"
#include "core/base/file.h"

namespace lab {

namespace {

constexpr uint64_t kMostFileBytes = uint64_t{1} << 30;

// Where an expected tensor is smaller than this share of the terms it is made of, they cancelled.
constexpr double kVanishing = 1e-9;

template <class Number>
Number parse(std::string_view key, const std::string& digits) {
  Number value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty())
    throw Error("The setting {} is \"{}\"; it must be a {}.", key, digits,
                std::is_integral_v<Number> ? "whole number" : "number");
  return value;
}

double largest(std::span<const float> values) {
  double most = 0;
  for (float value : values) most = std::max(most, std::abs(double{value}));
  return most;
}

// NaN as soon as one difference is.
double largest_difference(std::span<const float> a, std::span<const float> b) {
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(double{a[i]} - b[i]);
    if (!(difference <= most)) most = difference;
    if (std::isnan(most)) break;
  }
  return most;
}

}  // namespace

ReferenceCase::ReferenceCase(const std::string& path, Device& device)
    : device_(device), file_(SafetensorsFile::parse(read_file(path, kMostFileBytes), "The file")) {
  arena_.attach(&device);
  asked_.insert("format");  // "pt", a label that many writers add; it says nothing of the case
}

std::optional<std::string> ReferenceCase::setting(std::string_view key) {
  asked_.emplace(key);
  const auto found = file_.metadata().find(key);
  return found == file_.metadata().end() ? std::nullopt : std::optional(found->second);
}

std::string ReferenceCase::text(std::string_view key, std::optional<std::string> fallback) {
  const auto value = setting(key);
  if (!value && !fallback) throw Error("The file's __metadata__ lacks the setting {}.", key);
  return value ? *value : *fallback;
}

int ReferenceCase::whole(std::string_view key, int smallest, int largest, std::optional<int> fallback) {
  if (fallback && !setting(key)) return *fallback;
  const auto value = parse<int64_t>(key, text(key));
  if (value < smallest || value > largest)
    throw Error("The setting {} is {}; it must be from {} to {}.", key, value, smallest, largest);
  return static_cast<int>(value);
}

float ReferenceCase::number(std::string_view key, double smallest, double largest, std::optional<double> fallback) {
  if (fallback && !setting(key)) return static_cast<float>(*fallback);
  const auto value = parse<double>(key, text(key));
  if (!(value >= smallest && value <= largest))
    throw Error("The setting {} is {}; it must be from {} to {}.", key, value, smallest, largest);
  return static_cast<float>(value);
}

bool ReferenceCase::flag(std::string_view key, std::optional<bool> fallback) {
  if (fallback && !setting(key)) return *fallback;
  const std::string value = text(key);
  if (value != "true" && value != "false")
    throw Error("The setting {} is \"{}\"; it must be true or false.", key, value);
  return value == "true";
}

Shape ReferenceCase::shape(std::string_view name) const {
  const std::vector<int64_t>& sizes = file_.entry(name).shape;
  if (sizes.size() > Shape::kMaxRank)
    throw Error("The tensor {} has {} axes; at most {} are known.", name, sizes.size(), Shape::kMaxRank);
  if (std::find(sizes.begin(), sizes.end(), 0) != sizes.end()) throw Error("The tensor {} is empty.", name);
  return Shape(std::span(sizes));
}

Tensor ReferenceCase::tensor(std::string_view name, int rank) {
  const Shape found = shape(name);
  if (found.rank() != rank) throw Error("The tensor {} is {}; it must have {} axes.", name, found.text(), rank);
  return tensor(name, found);
}

Tensor ReferenceCase::tensor(std::string_view name, Shape wanted) {
  asked_.emplace(name);
  const Shape found = shape(name);
  if (found != wanted) throw Error("The tensor {} is {}; it must be {}.", name, found.text(), wanted.text());
  if (file_.entry(name).dtype != "F32")
    throw Error("The tensor {} is {}; it must be F32.", name, file_.entry(name).dtype);
  const std::vector<float> values = file_.floats(name);
  const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  if (bad != values.end())
    throw Error("Number {} of the tensor {} is {}; all must be finite.", bad - values.begin(), name, *bad);
  const Tensor tensor = zeros(wanted);
  std::copy(values.begin(), values.end(), tensor.begin());
  device_.upload(tensor);
  return tensor;
}

std::vector<int> ReferenceCase::integers(std::string_view name, Shape wanted, int64_t smallest, int64_t largest) {
  asked_.emplace(name);
  const Shape found = shape(name);
  if (found != wanted) throw Error("The tensor {} is {}; it must be {}.", name, found.text(), wanted.text());
  const std::vector<int64_t> values = file_.integers(name);
  for (int64_t value : values)
    if (value < smallest || value > largest)
      throw Error("The tensor {} holds {}; its numbers must be from {} to {}.", name, value, smallest, largest);
  return {values.begin(), values.end()};
}

void ReferenceCase::compare(std::string_view name, Tensor result, double tolerance, double natural) {
  const Tensor expected = tensor(name, result.shape);
  device_.download(result);
  compare(name, {expected.begin(), expected.end()}, {result.begin(), result.end()}, tolerance, natural);
}

void ReferenceCase::compare(std::string_view name, std::span<const float> expected, std::span<const float> result,
                            double tolerance, double natural) {
  const double expected_size = largest(expected);
  const double size = expected_size > kVanishing * natural ? expected_size : natural;
  const double difference = largest_difference(expected, result);
  comparisons_.push_back({std::string(name), difference == 0 ? 0 : difference / size, tolerance});
}

void ReferenceCase::finish() const {
  for (const auto& [key, value] : file_.metadata())
    if (!asked_.contains(key)) throw Error("The setting {} = \"{}\" is not one that this case knows.", key, value);
  for (const auto& [name, entry] : file_.entries())
    if (!asked_.contains(name)) throw Error("The tensor {} is not one that this case knows.", name);
}

}  // namespace lab
