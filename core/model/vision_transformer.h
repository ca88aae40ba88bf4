#pragma once
// The vision transformer (Dosovitskiy et al., 2021) with torch.nn's encoder layers and names, so that
// weights go to and from PyTorch as they are.
//
//   auto specs = parameter_specs(shape);                                // 1. names and shapes
//   ParameterSet parameters(specs);                                     // 2. one set of weights …
//   parameters.initialise(specs, seed);
//   VisionTransformer training(cpu_device(), shape, setup, parameters); // 3. … may serve several batch sizes
//   fill(training.pixels(), training.targets());                        // 4. each step
//   float loss = training.forward(); training.backward();

#include <span>
#include <vector>

#include "core/model/encoder.h"

namespace lab {

struct VisionTransformerShape {
  int picture_height = 28, picture_width = 28;  // pixels
  int patch = 4;                                // pixels a side
  int classes = 10;                             // K
  EncoderShape encoder;
  bool operator==(const VisionTransformerShape&) const = default;

  /// The class token, then the patches row by row.
  Geometry geometry() const { return Geometry::grid(picture_height / patch, picture_width / patch, 1); }
  int tokens() const { return geometry().queries; }
};

std::vector<ParameterSpec> parameter_specs(const VisionTransformerShape& shape);

class VisionTransformer {
 public:
  /// Throws Error when a pattern does not fit the patches. `parameters` must outlive this.
  VisionTransformer(Device& device, const VisionTransformerShape& shape, const ModelSetup& setup,
                    ParameterSet& parameters);
  VisionTransformer(const VisionTransformer&) = delete;

  /// [B, height, width] numbers in 0 … 1, and [B] classes; fill both before forward().
  Tensor pixels() const { return pixels_; }
  std::span<int> targets() { return targets_; }

  /// The mean loss over the batch.
  float forward();
  void backward() { tape_.backward(); }
  /// forward() in two parts: a device at work is waited for only in the second, which may come after backward().
  void start_forward();
  float loss();

  Tensor probabilities();  // [B, K]
  const Encoder& encoder() const { return encoder_; }
  const Tape& tape() const { return tape_; }

 private:
  Encoder encoder_;
  Tape tape_;
  Tensor pixels_, probabilities_, loss_;
  std::vector<int> targets_;
};

}  // namespace lab
