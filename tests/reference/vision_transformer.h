#pragma once
// The vision transformer as one readable function of its parameters, in any number type.

#include "core/model/vision_transformer.h"
#include "tests/reference/encoder.h"

namespace lab::reference {

template <class T>
class VisionTransformer {
 public:
  VisionTransformer(const VisionTransformerShape& shape, const std::vector<LayerMaps>& maps,
                    const typename Encoder<T>::Parameters& parameters)
      : shape_(shape), encoder_(shape.encoder, maps, parameters) {}

  /// pixels [B, height, width] → the mean loss
  T loss(const Numbers<T>& pixels, std::span<const int> targets, double smoothing) const {
    Numbers<T> x = cut_patches(pixels, shape_.picture_height, shape_.picture_width, shape_.patch);
    x = place_tokens(encoder_.linear_of("patch_embed", x), encoder_.at("class_token"), encoder_.at("position"));
    const Numbers<T> tokens = encoder_(x);
    Numbers<T> first;
    const size_t width = shape_.encoder.width;
    for (size_t row = 0; row < tokens.size(); row += width * shape_.tokens())
      first.insert(first.end(), tokens.begin() + row, tokens.begin() + row + width);
    return cross_entropy(encoder_.linear_of("head", first), targets, smoothing);
  }

 private:
  VisionTransformerShape shape_;
  Encoder<T> encoder_;
};

}  // namespace lab::reference
