#pragma once
// GlDevice: every operation in OpenGL 4.3 compute shaders (shaders/*.comp).
//
//   GlDevice device(std::make_unique<EglContext>(4, 3), {.shaders = folder});  // 1. on the thread that will use it
//   Trainer trainer(experiment, data, device);                                 // 2. as with any device
//
// It belongs to the thread whose context it is; of several on one thread, the youngest is at work and goes first. What
// it cannot do is an Error of make_attention: train on the CPU then. When the GPU fails, download() throws DeviceLost.

#include <memory>
#include <string>
#include <vector>

#include "core/device/device.h"
#include "core/gpu/gl_context.h"

namespace lab {

class GlEngine;

struct GlSettings {
  std::string shaders;         // the folder of .comp files
  bool watch_shaders = false;  // take changes of the files over while running
  bool debug = false;          // the driver's error messages are failures; needs a debug context to be useful
};

/// Whether a renderer computes on the processor itself, as llvmpipe does: then the CPU does it faster.
bool is_software(const std::string& renderer);
/// What people call it: "NVIDIA H200/PCIe/SSE2" is an "NVIDIA H200", "llvmpipe (LLVM 15.0.6, 256 bits)" "llvmpipe".
std::string model(const std::string& renderer);

class GlDevice final : public Device {
 public:
  /// Throws Error when the context's OpenGL is too old or the shaders are not there.
  GlDevice(std::unique_ptr<GlContext> context, const GlSettings& settings);
  ~GlDevice() override;

  std::string name() const override;
  std::string renderer() const;
  /// Why a changed shader was not taken over; empty when all were.
  std::string complaint() const override;
  /// Bytes of GPU memory taken for tensors and intermediate results, attention's own not among them.
  int64_t bytes() const;
  GlEngine& engine() { return *engine_; }

  void block_added(const float* block, size_t bytes) override;
  void block_removed(const float* block) override;
  void upload(Tensor tensor) override;
  void download(Tensor tensor) override;
  uint64_t mark() override;
  double seconds(uint64_t from, uint64_t to) override;

  void linear_forward(Tensor y, Tensor x, Tensor w, Tensor b, Tensor w_transposed) override;
  void linear_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x,
                       Tensor w) override;
  void layer_norm_forward(Tensor y, Tensor mean, Tensor rstd, Tensor x, Tensor w, Tensor b, float epsilon) override;
  void layer_norm_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x,
                           Tensor mean, Tensor rstd, Tensor w, Tensor partial) override;
  void gelu_forward(Tensor y, Tensor x) override;
  void gelu_backward(Tensor dx, Into into_dx, Tensor dy, Tensor x) override;
  void add_forward(Tensor y, Tensor a, Tensor b) override;
  void dropout_forward(Tensor y, Tensor x, float p, const Rng& rng, uint64_t step) override;
  void dropout_backward(Tensor dx, Into into_dx, Tensor dy, float p, const Rng& rng, uint64_t step) override;
  void cut_patches(Tensor patches, Tensor pixels, int side) override;
  void place_tokens_forward(Tensor x, Tensor embedded, Tensor class_token, Tensor position) override;
  void place_tokens_backward(Tensor d_embedded, Tensor d_class_token, Tensor d_position, Into into, Tensor dx) override;
  void class_token_forward(Tensor y, Tensor x) override;
  void class_token_backward(Tensor dx, Tensor dy) override;
  void embed_forward(Tensor x, std::span<const int> tokens, Tensor table, Tensor position) override;
  void embed_backward(Tensor d_table, Tensor d_position, Into into, Tensor dx, std::span<const int> tokens) override;
  void cross_entropy_forward(Tensor loss, Tensor probabilities, Tensor logits, std::span<const int> targets,
                             float smoothing) override;
  void cross_entropy_backward(Tensor d_logits, Tensor probabilities, std::span<const int> targets,
                              float smoothing) override;
  void clip_gradient(Tensor norm, Tensor gradients, float largest) override;
  void update(const Update& update, Tensor values, Tensor gradients, Tensor first, Tensor second, Tensor norm) override;
  std::unique_ptr<AttentionKernel> make_attention(std::string_view score, const Strategy& strategy,
                                                  const AttentionProblem& problem, std::span<const ScoreTensor> learned,
                                                  Arena& arena, Kernel kernel) override;

 private:
  struct Programs;
  void drop(Tensor y, Into into, Tensor x, float p, const Rng& rng, uint64_t step);

  std::unique_ptr<GlEngine> engine_;
  std::unique_ptr<Programs> programs_;
  std::vector<int> places_;  // embed_backward's list
};

}  // namespace lab
