#pragma once
// The decoder of an encoder–decoder: torch.nn.TransformerDecoder of TransformerDecoderLayer(norm_first=True,
// activation="gelu") with a final LayerNorm, and its parameter names under "decoder.". Each layer attends to the
// target before it, then to the encoder's output, then thinks each token over alone (Vaswani et al., 2017). Dropout
// follows all three, and the GELU.

#include <memory>
#include <string>
#include <vector>

#include "core/model/encoder.h"

namespace lab {

/// How a decoder is built.
struct DecoderSetup {
  int target_tokens = 1, source_tokens = 1;  // N, M
  ModelSetup model;                          // its lengths are the source's
};

/// How a lane's heads look at the source, where its own pattern and strategy are for tokens of one text: there is no
/// distance between those of two, so they look at all of it, by the lane's score and by what the data says.
EncoderShape looking_at_source(EncoderShape shape);

void add_decoder(std::vector<ParameterSpec>& specs, const EncoderShape& shape);
/// What scores and strategies learn, after all else; `context` is the longest target.
void add_learned_of_decoder(std::vector<ParameterSpec>& specs, const EncoderShape& shape, int context);

/// "decoder.layers.0".
std::string decoder_layer(int layer);

class Decoder {
 public:
  Decoder(const EncoderShape& shape, const DecoderSetup& setup);
  Decoder(const Decoder&) = delete;

  /// x [B, N, C], the target, and memory [B, M, C], the encoder's output, through all layers and the final norm.
  Variable operator()(Tape& tape, ParameterSet& parameters, Variable x, Variable memory);

  /// [L] target to target, and target to source.
  const std::vector<LayerMaps>& maps() const { return self_maps_; }
  const std::vector<LayerMaps>& cross_maps() const { return cross_maps_; }
  const AttentionKernel& attention_to_self(int layer) const { return *self_[layer]; }
  const AttentionKernel& attention_to_memory(int layer) const { return *cross_[layer]; }
  /// As TrainingRules::means, of both.
  AttentionMeans means() const;

 private:
  Variable layer(Tape& tape, ParameterSet& parameters, int index, Variable x, Variable memory);
  Variable attend_to_self(Tape& tape, ParameterSet& parameters, int index, Variable x);
  Variable attend_to_memory(Tape& tape, ParameterSet& parameters, int index, Variable x, Variable memory);
  void follow_rules(Tape& tape, int layer, Attending attending, std::span<HeadPart> parts);

  EncoderShape self_shape_, cross_shape_;
  ModelSetup setup_;
  std::vector<LayerMaps> self_maps_, cross_maps_;  // [L]
  TrainingKnobs no_knobs_;
  TrainingRules self_rules_, cross_rules_;
  Dropouts dropped_;
  InterventionRules changes_;
  std::vector<std::unique_ptr<AttentionKernel>> self_, cross_;  // [L]
};

}  // namespace lab
