#pragma once
// Attention of one new token to those that are kept: what the kernels compute for a whole text, a row at a time, for
// every score and for every strategy whose row follows from what came before it, with a viewer's changes.
//
//   KeptAttention attention(parameters, "encoder.layers.0.self_attn", shape, 0, maps[0]);   // 1. once
//   attention.keep(x, kept);                                                                // 2. of each token
//   Row mixed = attention.look(x, kept, place);                                             // 3. what it sees

#include <span>
#include <string>
#include <vector>

#include "core/model/encoder.h"

namespace lab {

using Row = std::vector<float>;

/// One layer's kept keys and values, [tokens, C] each.
struct KeptTokens {
  std::vector<float> keys, values;
};

class KeptAttention {
 public:
  /// `maps` of the longest text; a strategy's learned parts must be of as many. Throws Error, saying why, for a
  /// strategy that cannot go on a token at a time. `parameters` must outlive this.
  KeptAttention(ParameterSet& parameters, std::string attention, const EncoderShape& shape, int layer, LayerMaps maps,
                std::span<const Intervention> changes = {}, Attending attending = Attending::kTokens);

  /// Key and value of a token x [C], normalised, go to the others.
  void keep(const Row& x, KeptTokens& kept) const;
  /// What the token at `place` sees of those kept, out of `out_proj`: [C].
  Row look(const Row& x, const KeptTokens& kept, int place) const;

 private:
  // Heads that are alike, and what they learn, each in its group's own.
  struct Group {
    HeadGroup heads;
    std::vector<Tensor> score, strategy;
  };
  Row weights(const Group& group, int head, const float* query, const KeptTokens& kept, int place) const;

  ParameterSet& parameters_;
  std::string attention_;
  int64_t width_, head_width_;
  LayerMaps maps_;
  std::vector<Group> groups_;
  InterventionRules rules_;
  std::vector<std::span<RowRule* const>> changes_;  // [H] one head's each
};

/// Rows of a linear layer: y = W·x + b, of its rows first … first + count − 1.
Row linear_row(const Tensor& weight, const Tensor& bias, const Row& x, int64_t first, int64_t count);
Row linear_row(ParameterSet& parameters, const std::string& name, const Row& x);

}  // namespace lab
