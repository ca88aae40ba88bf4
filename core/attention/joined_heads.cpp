#include "core/attention/joined_heads.h"

#include <algorithm>

namespace lab {

namespace {

class JoinedHeads final : public AttentionKernel {
 public:
  explicit JoinedHeads(std::vector<HeadKernel> parts) : parts_(std::move(parts)) {}

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    for (HeadKernel& part : parts_)
      part.kernel->forward(q.from(part.first), k.from(part.first), v.from(part.first), out.from(part.first));
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    for (HeadKernel& part : parts_)
      part.kernel->backward(d_out.from(part.first), dq.from(part.first), dk.from(part.first), dv.from(part.first));
  }

  // Each part gives [B, its heads, N, M]; they interleave in [B, H, N, M].
  void weights(Tensor to) const override {
    const int64_t batch = to.shape[0], heads = to.shape[1], matrix = to.shape[2] * to.shape[3];
    std::vector<float> some;
    for (const HeadKernel& part : parts_) {
      some.resize(batch * part.count * matrix);
      part.kernel->weights({some.data(), {batch, part.count, to.shape[2], to.shape[3]}});
      for (int64_t b = 0; b < batch; ++b)
        std::copy_n(some.data() + b * part.count * matrix, part.count * matrix,
                    to.data + (b * heads + part.first) * matrix);
    }
  }

  int64_t weight_bytes() const override {
    int64_t bytes = 0;
    for (const HeadKernel& part : parts_) bytes += part.kernel->weight_bytes();
    return bytes;
  }

  bool stages(int b, int h, AttentionStages& to) const override {
    for (const HeadKernel& part : parts_)
      if (h >= part.first && h < part.first + part.count) return part.kernel->stages(b, h - part.first, to);
    return false;
  }

  bool gradients(int b, int h, AttentionGradients& to) const override {
    for (const HeadKernel& part : parts_)
      if (h >= part.first && h < part.first + part.count) return part.kernel->gradients(b, h - part.first, to);
    return false;
  }

  float learned_figure(int head) const override {
    for (const HeadKernel& part : parts_)
      if (head >= part.first && head < part.first + part.count) return part.kernel->learned_figure(head - part.first);
    return kNoFigure;
  }

 private:
  std::vector<HeadKernel> parts_;
};

}  // namespace

std::unique_ptr<AttentionKernel> join_heads(std::vector<HeadKernel> parts) {
  return std::make_unique<JoinedHeads>(std::move(parts));
}

}  // namespace lab
