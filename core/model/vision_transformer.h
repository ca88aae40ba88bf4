#pragma once
// The vision transformer (Dosovitskiy et al., 2021) with torch.nn.TransformerEncoder's layers (norm_first,
// GELU) and names, so that weights go to and from PyTorch as they are.
//
//   auto specs = parameter_specs(shape);                       // 1. names and shapes
//   ParameterSet parameters(specs);                            // 2. one set of weights …
//   parameters.initialise(specs, seed);
//   VisionTransformer training(cpu_device(), {…}, parameters); // 3. … may serve several batch sizes
//   fill(training.pixels(), training.targets());               // 4. each step
//   float loss = training.forward(); training.backward();

#include <memory>
#include <span>
#include <vector>

#include "core/graph/layers.h"
#include "core/graph/parameters.h"

namespace lab {

struct VisionTransformerShape {
  int height = 28, width_pixels = 28;  // of the picture
  int patch = 4;
  int width = 64;  // C
  int heads = 4, layers = 2, mlp = 128, classes = 10;

  Geometry geometry() const { return Geometry::grid(height / patch, width_pixels / patch, 1); }
  int tokens() const { return geometry().queries; }
};

/// What a training tape reads at every step; all may change between steps, but a model built while
/// dropout is 0 has none.
struct TrainingKnobs {
  float dropout = 0;
  float label_smoothing = 0;
  uint64_t step = 0;
};

std::vector<ParameterSpec> parameter_specs(const VisionTransformerShape& shape);

class VisionTransformer {
 public:
  struct Setup {
    VisionTransformerShape shape;
    TileMapPtr map;
    float scale = 0;  // of the scores; 0: 1/√D
    int batch = 1;
    Tape::Mode mode = Tape::Mode::kInference;
    uint64_t seed = 0;                  // of the dropout
    const TrainingKnobs* knobs = nullptr;  // null: no dropout, no smoothing
    Kernel kernel = Kernel::kAutomatic;
  };

  /// Throws Error when the map's geometry is not the shape's. `parameters` must outlive this.
  VisionTransformer(Device& device, const Setup& setup, ParameterSet& parameters);
  VisionTransformer(const VisionTransformer&) = delete;

  /// [B, height, width] numbers in 0 … 1, and [B] classes; fill both before forward().
  Tensor pixels() const { return pixels_; }
  std::span<int> targets() { return targets_; }

  /// The mean loss over the batch.
  float forward();
  void backward() { tape_.backward(); }

  Tensor probabilities() const { return probabilities_; }  // [B, K]
  const AttentionKernel& attention(int layer) const { return *kernels_[layer]; }
  const AttentionProblem& attention_problem() const { return problem_; }
  const Tape& tape() const { return tape_; }
  const VisionTransformerShape& shape() const { return setup_.shape; }

 private:
  Variable encoder_layer(int layer, Variable x, ParameterSet& parameters);
  Variable named(ParameterSet& parameters, const std::string& name) { return tape_.parameter(parameters[name]); }
  Variable linear_of(ParameterSet& parameters, const std::string& name, Variable x);
  Variable norm_of(ParameterSet& parameters, const std::string& name, Variable x);
  Variable dropped(const std::string& name, Variable x);

  Setup setup_;
  TrainingKnobs no_knobs_;
  const TrainingKnobs& knobs_;
  AttentionProblem problem_;
  std::vector<std::unique_ptr<AttentionKernel>> kernels_;  // [L]
  Tape tape_;
  Tensor pixels_, probabilities_;
  std::vector<int> targets_;
  uint64_t dropouts_ = 0;
  float loss_ = 0;
};

}  // namespace lab
