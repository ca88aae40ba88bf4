#pragma once
// The encoder that models share: torch.nn.TransformerEncoder of TransformerEncoderLayer(norm_first=True,
// activation="gelu") with a final LayerNorm, and its parameter names under "encoder.".

#include <memory>
#include <string>
#include <vector>

#include "core/graph/layers.h"
#include "core/graph/parameters.h"

namespace lab {

struct EncoderShape {
  int width = 64;  // C
  int heads = 4, layers = 2, mlp = 128;
  std::string score = "scaled_dot";  // how queries and keys are compared (attention/score.h)
};

/// What a training tape reads at every step; all may change between steps, but a model built while
/// dropout is 0 has none.
struct TrainingKnobs {
  float dropout = 0;
  float label_smoothing = 0;
  uint64_t step = 0;
};

/// How a model is built: for how large a batch, for training or not, with which attention.
struct ModelSetup {
  TileMapPtr map;  // which pairs of tokens exist
  int batch = 1;
  Tape::Mode mode = Tape::Mode::kInference;
  uint64_t seed = 0;                     // of the dropout
  const TrainingKnobs* knobs = nullptr;  // null: no dropout, no smoothing
  Kernel kernel = Kernel::kAutomatic;
};

/// Parameters as torch.nn names and starts them: Linear uniform in ± 1/√in, LayerNorm 1 and 0.
void add_linear(std::vector<ParameterSpec>& specs, const std::string& name, int64_t in, int64_t out);
void add_norm(std::vector<ParameterSpec>& specs, const std::string& name, int64_t width);
/// torch.nn.MultiheadAttention's parameters.
void add_attention(std::vector<ParameterSpec>& specs, const std::string& name, int64_t width);
void add_encoder(std::vector<ParameterSpec>& specs, const EncoderShape& shape);
/// What the score learns in each layer, as encoder.layers.N.self_attn.score_…; last of a model's parameters, so
/// that models that differ only in their score start from the same other weights.
void add_scores(std::vector<ParameterSpec>& specs, const EncoderShape& shape);

/// The layer of that name with its parameters `name`.weight and `name`.bias.
Variable linear_of(Tape& tape, ParameterSet& parameters, const std::string& name, Variable x);
Variable norm_of(Tape& tape, ParameterSet& parameters, const std::string& name, Variable x);

class Encoder {
 public:
  Encoder(const EncoderShape& shape, const ModelSetup& setup);

  /// x [B, N, C] through all layers, without the final norm.
  Variable layers(Tape& tape, ParameterSet& parameters, Variable x);
  Variable final_norm(Tape& tape, ParameterSet& parameters, Variable x);

  const AttentionKernel& attention(int layer) const { return *kernels_[layer]; }
  const AttentionProblem& problem() const { return problem_; }
  const TrainingKnobs& knobs() const { return setup_.knobs ? *setup_.knobs : no_knobs_; }

 private:
  Variable layer(Tape& tape, ParameterSet& parameters, int index, Variable x);
  Variable dropped(Tape& tape, const std::string& name, Variable x);

  EncoderShape shape_;
  ModelSetup setup_;
  TrainingKnobs no_knobs_;
  AttentionProblem problem_;
  std::vector<std::unique_ptr<AttentionKernel>> kernels_;  // [L]
  uint64_t dropouts_ = 0;
};

}  // namespace lab
