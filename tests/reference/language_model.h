#pragma once
// The language model as one readable function of its parameters, in any number type.

#include "core/model/language_model.h"
#include "tests/reference/encoder.h"

namespace lab::reference {

template <class T>
class LanguageModel {
 public:
  LanguageModel(const LanguageModelShape& shape, const std::vector<LayerMaps>& maps,
                const typename Encoder<T>::Parameters& parameters)
      : encoder_(shape.encoder, maps, parameters) {}

  /// tokens [B, N] → the mean loss
  T loss(std::span<const int> tokens, std::span<const int> targets, double smoothing) const {
    const Numbers<T> x = embed(tokens, encoder_.at("token_embed.weight"), encoder_.at("position"), width());
    return cross_entropy(encoder_.linear_of("head", encoder_(x)), targets, smoothing);
  }

 private:
  size_t width() const { return encoder_.at("encoder.norm.bias").size(); }

  Encoder<T> encoder_;
};

}  // namespace lab::reference
