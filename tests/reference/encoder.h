#pragma once
// torch.nn.TransformerEncoder (norm_first, GELU) as one readable function of its parameters, in any number type.

#include <map>
#include <string>

#include "core/model/encoder.h"
#include "tests/reference/ops.h"

namespace lab::reference {

template <class T>
class Encoder {
 public:
  using Parameters = std::map<std::string, Numbers<T>>;

  Encoder(const EncoderShape& shape, const std::vector<LayerMaps>& maps, const Parameters& parameters)
      : shape_(shape), maps_(maps), parameters_(parameters) {}

  /// x [B, N, C] through all layers and the final norm.
  Numbers<T> operator()(Numbers<T> x) const {
    for (int index = 0; index < shape_.layers; ++index) x = layer(index, x);
    return norm_of("encoder.norm", x);
  }

  const Numbers<T>& at(const std::string& name) const { return parameters_.at(name); }
  Numbers<T> linear_of(const std::string& name, const Numbers<T>& x) const {
    return linear(x, at(name + ".weight"), at(name + ".bias"));
  }

 private:
  size_t width() const { return shape_.width; }
  Numbers<T> norm_of(const std::string& name, const Numbers<T>& x) const {
    return layer_norm(x, at(name + ".weight"), at(name + ".bias"), 1e-5);
  }

  Numbers<T> layer(int index, Numbers<T> x) const {
    const std::string name = "encoder.layers." + std::to_string(index);
    x = sum(x, self_attention(name + ".self_attn", maps_[index], norm_of(name + ".norm1", x)));
    return sum(x, linear_of(name + ".linear2", gelu(linear_of(name + ".linear1", norm_of(name + ".norm2", x)))));
  }

  Numbers<T> self_attention(const std::string& name, const LayerMaps& maps, const Numbers<T>& x) const {
    const Numbers<T> joint = linear(x, at(name + ".in_proj_weight"), at(name + ".in_proj_bias"));
    const size_t tokens = maps.any->queries(), head_width = width() / shape_.heads;
    Numbers<T> mixed(x.size());
    for (size_t begin = 0; begin < x.size() / width(); begin += tokens)  // rows of one picture or text
      for (size_t first = 0; first < width(); first += head_width) {     // columns of one head
        const auto part = [&](size_t third) {
          Numbers<T> rows;
          for (size_t n = begin; n < begin + tokens; ++n)
            for (size_t d = 0; d < head_width; ++d) rows.push_back(joint[(n * 3 + third) * width() + first + d]);
          return rows;
        };
        const auto out =
            attention(part(0), part(1), part(2), head_width, 1 / std::sqrt(double(head_width)), [&](int i, int j) {
              return maps.of(static_cast<int>(first / head_width)).exists(i, j);
            }).out;
        for (size_t at = 0; at < out.size(); ++at)
          mixed[(begin + at / head_width) * width() + first + at % head_width] = out[at];
      }
    return linear_of(name + ".out_proj", mixed);
  }

  static Numbers<T> sum(Numbers<T> a, const Numbers<T>& b) {
    for (size_t i = 0; i < a.size(); ++i) a[i] += b[i];
    return a;
  }

  EncoderShape shape_;
  const std::vector<LayerMaps>& maps_;
  const Parameters& parameters_;
};

}  // namespace lab::reference
