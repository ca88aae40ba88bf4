#include "core/base/tensor.h"

#include "core/base/error.h"

namespace lab {

Shape::Shape(std::span<const int64_t> sizes) {
  if (sizes.size() > kMaxRank) throw Error("A shape has at most {} sizes; {} were given.", kMaxRank, sizes.size());
  for (int64_t size : sizes) sizes_[rank_++] = size;
}

int64_t Shape::count() const {
  int64_t product = 1;
  for (int axis = 0; axis < rank_; ++axis) product *= sizes_[axis];
  return product;
}

bool Shape::operator==(const Shape& other) const {
  if (rank_ != other.rank_) return false;
  for (int axis = 0; axis < rank_; ++axis)
    if (sizes_[axis] != other.sizes_[axis]) return false;
  return true;
}

std::string Shape::text() const {
  std::string sizes;
  for (int axis = 0; axis < rank_; ++axis) sizes += (axis ? ", " : "") + std::to_string(sizes_[axis]);
  return "[" + sizes + "]";
}

Tensor Tensor::as(Shape other) const {
  if (other.count() != count()) throw Error("A tensor of shape {} cannot be seen as {}.", shape.text(), other.text());
  return {data, other};
}

}  // namespace lab
