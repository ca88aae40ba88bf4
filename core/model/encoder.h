#pragma once
// The encoder that models share: torch.nn.TransformerEncoder of TransformerEncoderLayer(norm_first=True,
// activation="gelu") with a final LayerNorm, and its parameter names under "encoder.".

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/attention/intervention.h"
#include "core/attention/layer_maps.h"
#include "core/graph/layers.h"
#include "core/graph/parameters.h"
#include "core/model/dropouts.h"
#include "core/model/training_rules.h"

namespace lab {

struct EncoderShape {
  int width = 64;  // C
  int heads = 4, layers = 2, mlp = 128;
  Allocation attention = {};  // how each head of each layer spends it
  bool operator==(const EncoderShape&) const = default;
};

/// How a model is built: for how large a batch, for training or not, with which kernels.
struct ModelSetup {
  int batch = 1;
  Tape::Mode mode = Tape::Mode::kInference;
  uint64_t seed = 0;                     // of the dropout
  const TrainingKnobs* knobs = nullptr;  // null: no dropout, no smoothing
  Kernel kernel = Kernel::kAutomatic;
  bool keep_stages = false;                    // so that attention(layer).stages() has something to show; on a tape for
                                               // training only where that changes no bit of what is computed
  bool padded = false;                         // of texts: those of a batch may differ in length
  std::span<const int> lengths = {};           // the model's own, where they do: [B], read at every forward
  std::span<const Intervention> changes = {};  // of a model that does not learn; needed while it is built
  Arena* room = nullptr;  // where its numbers lie, beside those of models at other times; null: its own
};

/// "encoder.layers.0": what the names of a layer's parameters and variables begin with.
std::string encoder_layer(int layer);
/// Parameters as torch.nn names and starts them: Linear uniform in ± 1/√in, LayerNorm 1 and 0.
void add_linear(std::vector<ParameterSpec>& specs, const std::string& name, int64_t in, int64_t out);
void add_norm(std::vector<ParameterSpec>& specs, const std::string& name, int64_t width);
/// torch.nn.MultiheadAttention's parameters.
void add_attention(std::vector<ParameterSpec>& specs, const std::string& name, int64_t width);
void add_encoder(std::vector<ParameterSpec>& specs, const EncoderShape& shape);
/// What the scores and strategies learn in each layer, as encoder.layers.N.self_attn.score_…, or where heads differ,
/// for each run of heads that are alike, as ….self_attn.heads_1_2.score_…; last of a model's parameters, and the
/// strategies' after the scores', so that models that differ only in these start from the same other weights.
void add_learned(std::vector<ParameterSpec>& specs, const EncoderShape& shape, const Geometry& geometry);
/// The same for other attentions, `name`(layer) their names.
void add_learned(std::vector<ParameterSpec>& specs, const EncoderShape& shape, const Geometry& geometry,
                 const std::function<std::string(int layer)>& name);

/// The same encoder with all its attention causal.
EncoderShape causal(EncoderShape shape);

/// Of all heads of a layer "….score_scale", of some "….heads_1_2.score_scale", after the attention's name.
std::string learned_name(const std::string& attention, const HeadGroup& group, int heads, std::string_view learned);
/// The heads of one layer's attention, as runs that are alike, with what they learn. `common` is what all have in
/// common but their maps. Throws Error where a number is learned for each pair, and the pairs are not those it was
/// learned for, as in texts of another length.
std::vector<HeadPart> head_parts(Tape& tape, ParameterSet& parameters, const std::string& attention,
                                 const EncoderShape& shape, int layer, const LayerMaps& maps,
                                 const AttentionProblem& common);

/// The layer of that name with its parameters `name`.weight and `name`.bias.
Variable linear_of(Tape& tape, ParameterSet& parameters, const std::string& name, Variable x);
Variable norm_of(Tape& tape, ParameterSet& parameters, const std::string& name, Variable x);

/// What goes on of tokens [B, N, C].
using TokenChoice = std::function<Variable(const std::string& name, Variable tokens)>;

class Encoder {
 public:
  /// Throws Error when a pattern does not fit the geometry of the tokens.
  Encoder(const EncoderShape& shape, const Geometry& geometry, const ModelSetup& setup);
  Encoder(const Encoder&) = delete;

  /// x [B, N, C] through all layers, without the final norm. `last`: the tokens that go on after the last layer's
  /// attention, where not all of them are read; the others' feed-forward part is spared.
  Variable layers(Tape& tape, ParameterSet& parameters, Variable x, const TokenChoice& last = {});
  Variable final_norm(Tape& tape, ParameterSet& parameters, Variable x);

  const AttentionKernel& attention(int layer) const { return *kernels_[layer]; }
  const std::vector<LayerMaps>& maps() const { return maps_; }  // [L]
  /// Attention's, of one training step, in all layers.
  int64_t multiply_adds() const { return multiply_adds_; }
  /// That are weighed, of one picture, in all layers and heads.
  int64_t pairs() const { return pairs_; }
  /// What training does to attention beside the strategies; it has no rules on a tape for inference.
  const TrainingRules& rules() const { return rules_; }
  const TrainingKnobs& knobs() const { return setup_.knobs ? *setup_.knobs : no_knobs_; }

 private:
  std::vector<HeadPart> parts(Tape& tape, ParameterSet& parameters, int layer);
  Variable layer(Tape& tape, ParameterSet& parameters, int index, Variable x, const TokenChoice& going_on);

  EncoderShape shape_;
  ModelSetup setup_;
  TrainingKnobs no_knobs_;
  TrainingRules rules_;
  Dropouts dropped_;
  InterventionRules changes_;
  std::vector<LayerMaps> maps_;  // [L]
  int64_t multiply_adds_ = 0, pairs_ = 0;
  std::vector<std::unique_ptr<AttentionKernel>> kernels_;  // [L]
};

}  // namespace lab
