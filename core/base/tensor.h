#pragma once
// Tensor: a view (shape + pointer) of row-major floats that live in an Arena.
//
// The letters of every shape in this project:
//   B batch          H heads         N queries (tokens)   M keys
//   C width          D head width    V vocabulary         K classes
//   L layers         P pixels of one patch                R rows (B·N flattened)

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace lab {

/// Up to four sizes, outermost first. The product of no sizes is 1 (a scalar).
class Shape {
 public:
  static constexpr int kMaxRank = 4;

  Shape() = default;
  Shape(std::initializer_list<int64_t> sizes) : Shape(std::span(sizes.begin(), sizes.size())) {}
  explicit Shape(std::span<const int64_t> sizes);

  int rank() const { return rank_; }
  int64_t operator[](int axis) const { return sizes_[axis < 0 ? axis + rank_ : axis]; }
  int64_t count() const;
  /// The last size, and the product of all sizes before it: any tensor seen as a matrix.
  int64_t columns() const { return rank_ == 0 ? 1 : sizes_[rank_ - 1]; }
  int64_t rows() const { return rank_ == 0 ? 1 : count() / (columns() == 0 ? 1 : columns()); }

  bool operator==(const Shape& other) const;
  bool operator!=(const Shape& other) const { return !(*this == other); }
  /// "[64, 50, 192]"
  std::string text() const;

 private:
  std::array<int64_t, kMaxRank> sizes_{};
  int rank_ = 0;
};

struct Tensor {
  float* data = nullptr;
  Shape shape;

  int64_t count() const { return shape.count(); }
  float* begin() const { return data; }
  float* end() const { return data + count(); }
  float& operator[](int64_t index) const { return data[index]; }
  explicit operator bool() const { return data != nullptr; }
  /// The same floats under another shape of the same count.
  Tensor as(Shape other) const;
};

}  // namespace lab
