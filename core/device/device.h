#pragma once
// Device: the table of operations a training step is made of, each with its way back. What the
// shapes mean is said where each operation is declared (core/ops/*.h, core/attention/attention.h).
//
// A device may have a memory of its own. Tensors stay views of the host's arenas; the device keeps a twin of
// each block of an arena attached to it, operations work on the twins, and numbers pass between the two only
// where it is said so:
//
//   Arena arena; arena.attach(&device);            // 1. the twin begins with the numbers of the host
//   fill(x); device.upload(x);                     // 2. inputs, after filling them
//   device.gelu_forward(y, x);                     // 3. any operations, in order; they may still be under way
//   device.download(y);                            // 4. waits, and the host has the numbers
//
// Whole numbers (tokens, targets) are read from the host by each operation that takes them.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/attention/strategy.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/rng.h"
#include "core/base/tensor.h"
#include "core/ops/matmul.h"
#include "core/ops/update.h"

namespace lab {

/// The device itself failed: its memory is full, its driver refused or reset it. What it held is lost; what the
/// host has is whole, and training can go on elsewhere.
class DeviceLost : public Error {
 public:
  using Error::Error;
};

class Device : public BlockObserver {
 public:
  /// For the viewer: "CPU, 2 threads".
  virtual std::string name() const = 0;

  /// What the viewer should know of the device, in one sentence; empty when all is well.
  virtual std::string complaint() const { return {}; }

  /// The host's numbers to the device; the device's to the host, once they are there. Throws DeviceLost.
  virtual void upload(Tensor) {}
  virtual void download(Tensor) {}
  void block_added(const float*, size_t) override {}
  void block_removed(const float*) override {}

  /// A mark in the order of the device's work, and the seconds between two recent ones; download() something
  /// before asking, or the answer has to be waited for.
  virtual uint64_t mark() = 0;
  virtual double seconds(uint64_t from, uint64_t to) = 0;

  virtual void linear_forward(Tensor y, Tensor x, Tensor w, Tensor b, Tensor w_transposed) = 0;
  virtual void linear_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x,
                               Tensor w) = 0;
  virtual void layer_norm_forward(Tensor y, Tensor mean, Tensor rstd, Tensor x, Tensor w, Tensor b, float epsilon) = 0;
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
  virtual void embed_backward(Tensor d_table, Tensor d_position, Into into, Tensor dx, std::span<const int> tokens) = 0;
  /// The mean loss goes to `loss` [1].
  virtual void cross_entropy_forward(Tensor loss, Tensor probabilities, Tensor logits, std::span<const int> targets,
                                     float smoothing) = 0;
  virtual void cross_entropy_backward(Tensor d_logits, Tensor probabilities, std::span<const int> targets,
                                      float smoothing) = 0;
  /// The norm before clipping goes to `norm` [1].
  virtual void clip_gradient(Tensor norm, Tensor gradients, float largest) = 0;
  virtual void update(const Update& update, Tensor values, Tensor gradients, Tensor first, Tensor second,
                      Tensor norm) = 0;
  /// Throws Error where the device cannot do it: another can.
  virtual std::unique_ptr<AttentionKernel> make_attention(std::string_view score, const Strategy& strategy,
                                                          const AttentionProblem& problem,
                                                          std::span<const ScoreTensor> learned, Arena& arena,
                                                          Kernel kernel) = 0;
};

}  // namespace lab
