#include "core/device/cpu_device.h"

#include <fmt/format.h>

#include <chrono>

#include "core/base/parallel.h"
#include "core/ops/add.h"
#include "core/ops/dropout.h"
#include "core/ops/embedding.h"
#include "core/ops/gelu.h"
#include "core/ops/layer_norm.h"
#include "core/ops/linear.h"
#include "core/ops/losses.h"
#include "core/ops/patches.h"

namespace lab {

namespace {

class CpuDevice final : public Device {
 public:
  std::string name() const override { return fmt::format("CPU, {} thread{}", threads(), threads() == 1 ? "" : "s"); }

  uint64_t mark() override { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }
  double seconds(uint64_t from, uint64_t to) override { return static_cast<double>(to - from) * 1e-9; }

  void linear_forward(Tensor y, Tensor x, Tensor w, Tensor b, Tensor w_transposed) override {
    lab::linear_forward(y, x, w, b, w_transposed);
  }
  void linear_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x,
                       Tensor w) override {
    lab::linear_backward(dx, into_dx, dw, db, into_dw, dy, x, w);
  }
  void layer_norm_forward(Tensor y, Tensor mean, Tensor rstd, Tensor x, Tensor w, Tensor b, float epsilon) override {
    lab::layer_norm_forward(y, mean, rstd, x, w, b, epsilon);
  }
  void layer_norm_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x, Tensor mean,
                           Tensor rstd, Tensor w, Tensor partial) override {
    lab::layer_norm_backward(dx, into_dx, dw, db, into_dw, dy, x, mean, rstd, w, partial);
  }
  void gelu_forward(Tensor y, Tensor x) override { lab::gelu_forward(y, x); }
  void gelu_backward(Tensor dx, Into into_dx, Tensor dy, Tensor x) override { lab::gelu_backward(dx, into_dx, dy, x); }
  void add_forward(Tensor y, Tensor a, Tensor b) override { lab::add_forward(y, a, b); }
  void dropout_forward(Tensor y, Tensor x, float p, const Rng& rng, uint64_t step) override {
    lab::dropout_forward(y, x, p, rng, step);
  }
  void dropout_backward(Tensor dx, Into into_dx, Tensor dy, float p, const Rng& rng, uint64_t step) override {
    lab::dropout_backward(dx, into_dx, dy, p, rng, step);
  }
  void cut_patches(Tensor patches, Tensor pixels, int side) override { lab::cut_patches(patches, pixels, side); }
  void place_tokens_forward(Tensor x, Tensor embedded, Tensor class_token, Tensor position) override {
    lab::place_tokens_forward(x, embedded, class_token, position);
  }
  void place_tokens_backward(Tensor d_embedded, Tensor d_class_token, Tensor d_position, Into into,
                             Tensor dx) override {
    lab::place_tokens_backward(d_embedded, d_class_token, d_position, into, dx);
  }
  void class_token_forward(Tensor y, Tensor x) override { lab::class_token_forward(y, x); }
  void class_token_backward(Tensor dx, Tensor dy) override { lab::class_token_backward(dx, dy); }
  void embed_forward(Tensor x, std::span<const int> tokens, Tensor table, Tensor position) override {
    lab::embed_forward(x, tokens, table, position);
  }
  void embed_backward(Tensor d_table, Tensor d_position, Into into, Tensor dx, std::span<const int> tokens) override {
    lab::embed_backward(d_table, d_position, into, dx, tokens);
  }
  void cross_entropy_forward(Tensor loss, Tensor probabilities, Tensor logits, std::span<const int> targets,
                             float smoothing) override {
    loss[0] = lab::cross_entropy_forward(probabilities, logits, targets, smoothing);
  }
  void cross_entropy_backward(Tensor d_logits, Tensor probabilities, std::span<const int> targets,
                              float smoothing) override {
    lab::cross_entropy_backward(d_logits, probabilities, targets, smoothing);
  }
  void clip_gradient(Tensor norm, Tensor gradients, float largest) override {
    norm[0] = lab::clip_gradient({gradients.begin(), gradients.end()}, largest);
  }
  void update(const Update& update, Tensor values, Tensor gradients, Tensor first, Tensor second,
              Tensor norm) override {
    lab::update(update, values, gradients, first, second, norm);
  }
  std::unique_ptr<AttentionKernel> make_attention(std::string_view score, const Strategy& strategy,
                                                  const AttentionProblem& problem,
                                                  std::span<const ScoreTensor> learned, Arena& arena,
                                                  Kernel kernel) override {
    return make_strategic_attention(score, strategy, problem, learned, arena, kernel);
  }
};

}  // namespace

Device& cpu_device() {
  static CpuDevice device;
  return device;
}

}  // namespace lab
