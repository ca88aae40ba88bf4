#pragma once
// Device: the table of operations a training step is made of, each with its way back. What the
// shapes mean is said where each operation is declared (core/ops/*.h, core/attention/attention.h).

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/attention/score.h"
#include "core/base/rng.h"
#include "core/base/tensor.h"
#include "core/ops/matmul.h"

namespace lab {

class Device {
 public:
  virtual ~Device() = default;
  /// For the viewer: "CPU, 2 threads".
  virtual std::string name() const = 0;

  virtual void linear_forward(Tensor y, Tensor x, Tensor w, Tensor b, Tensor w_transposed) = 0;
  virtual void linear_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x,
                               Tensor w) = 0;
  virtual void layer_norm_forward(Tensor y, Tensor mean, Tensor rstd, Tensor x, Tensor w, Tensor b) = 0;
  virtual void layer_norm_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x,
                                   Tensor mean, Tensor rstd, Tensor w, Tensor partial) = 0;
  virtual void gelu_forward(Tensor y, Tensor x) = 0;
  virtual void gelu_backward(Tensor dx, Into into_dx, Tensor dy, Tensor x) = 0;
  virtual void add_forward(Tensor y, Tensor a, Tensor b) = 0;
  virtual void dropout_forward(Tensor y, Tensor x, float p, const Rng& rng, uint64_t step) = 0;
  virtual void dropout_backward(Tensor dx, Into into_dx, Tensor dy, float p, const Rng& rng, uint64_t step) = 0;
  virtual void cut_patches(Tensor patches, Tensor pixels, int side) = 0;
  virtual void place_tokens_forward(Tensor x, Tensor embedded, Tensor class_token, Tensor position) = 0;
  virtual void place_tokens_backward(Tensor d_embedded, Tensor d_class_token, Tensor d_position, Into into,
                                     Tensor dx) = 0;
  virtual void class_token_forward(Tensor y, Tensor x) = 0;
  virtual void class_token_backward(Tensor dx, Tensor dy) = 0;
  virtual void embed_forward(Tensor x, std::span<const int> tokens, Tensor table, Tensor position) = 0;
  virtual void embed_backward(Tensor d_table, Tensor d_position, Into into, Tensor dx,
                              std::span<const int> tokens) = 0;
  virtual float cross_entropy_forward(Tensor probabilities, Tensor logits, std::span<const int> targets,
                                      float smoothing) = 0;
  virtual void cross_entropy_backward(Tensor d_logits, Tensor probabilities, std::span<const int> targets,
                                      float smoothing) = 0;
  virtual std::unique_ptr<AttentionKernel> make_attention(std::string_view score, const AttentionProblem& problem,
                                                          std::span<const ScoreTensor> learned, Arena& arena,
                                                          Kernel kernel) = 0;
};

}  // namespace lab
