#pragma once
// The decoder of an encoder–decoder: torch.nn.TransformerDecoder of TransformerDecoderLayer(norm_first=True,
// activation="gelu") with a final LayerNorm, and its parameter names under "decoder.". Each layer attends to the
// target before it, then to the encoder's output, then thinks each token over alone (Vaswani et al., 2017).

#include <memory>
#include <string>
#include <vector>

#include "core/model/encoder.h"

namespace lab {

/// How a decoder is built.
struct DecoderSetup {
  TileMapPtr map;        // target to target, [N, N]
  TileMapPtr cross_map;  // target to source, [N, M]
  ModelSetup model;      // its lengths are the source's
};

void add_decoder(std::vector<ParameterSpec>& specs, const EncoderShape& shape);

class Decoder {
 public:
  Decoder(const EncoderShape& shape, const DecoderSetup& setup);
  Decoder(const Decoder&) = delete;

  /// x [B, N, C], the target, and memory [B, M, C], the encoder's output, through all layers and the final norm.
  Variable operator()(Tape& tape, ParameterSet& parameters, Variable x, Variable memory);

  /// [L] target to target, and target to source; the same in all layers and heads.
  std::vector<LayerMaps> maps() const { return alike(self_heads_.problem.map); }
  std::vector<LayerMaps> cross_maps() const { return alike(cross_heads_.problem.map); }
  const AttentionKernel& attention_to_self(int layer) const { return *self_[layer]; }
  const AttentionKernel& attention_to_memory(int layer) const { return *cross_[layer]; }
  /// As TrainingRules::means, of both.
  AttentionMeans means() const;

 private:
  Variable layer(Tape& tape, ParameterSet& parameters, int index, Variable x, Variable memory);
  Variable attend_to_self(Tape& tape, ParameterSet& parameters, int index, Variable x);
  Variable attend_to_memory(Tape& tape, ParameterSet& parameters, int index, Variable x, Variable memory);
  std::vector<LayerMaps> alike(const TileMapPtr& map) const {
    return {static_cast<size_t>(shape_.layers), {{static_cast<size_t>(shape_.heads), map}, map}};
  }

  EncoderShape shape_;
  ModelSetup setup_;
  HeadPart self_heads_, cross_heads_;
  TrainingKnobs no_knobs_;
  TrainingRules self_rules_, cross_rules_;
  std::vector<std::unique_ptr<AttentionKernel>> self_, cross_;  // [L]
};

}  // namespace lab
