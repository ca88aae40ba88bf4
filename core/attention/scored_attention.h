#pragma once
// What the scores with learned parts are built from (see score.h): attention over queries and keys that were
// prepared, and the makers of each.

#include <memory>

#include "core/attention/score.h"
#include "core/base/parallel.h"

namespace lab {

// Attention over queries and keys that were prepared: subclasses prepare them, and take the gradients back.
class PreparedAttention : public AttentionKernel {
 public:
  void weights(Tensor to) const override { inner_->weights(to); }
  int64_t weight_bytes() const override { return inner_->weight_bytes(); }
  bool stages(int b, int h, AttentionStages& to) const override { return inner_->stages(b, h, to); }
  bool gradients(int b, int h, AttentionGradients& to) const override { return inner_->gradients(b, h, to); }

 protected:
  PreparedAttention(const AttentionProblem& problem) : p_(problem) {}

  // One tensor [B, H, tokens, width] for prepared rows and one for their gradients.
  struct Side {
    Tensor value, gradient;
    HeadRows rows() const { return HeadRows::of(value); }
    HeadRows gradient_rows() const { return HeadRows::of(gradient); }
  };
  Side make_side(Arena& arena, int tokens, int width) const {
    const Shape shape{p_.batch, p_.heads, tokens, width};
    return {arena.allocate(shape), arena.allocate(shape)};
  }
  int64_t all_heads() const { return int64_t{p_.batch} * p_.heads; }

  // Calls body(head) for every (b, h), on all threads.
  template <class Body>
  void each_head(const Body& body) const {
    parallel_for(all_heads(), body);
  }
  float* row(HeadRows rows, int64_t head, int n) const { return rows.row(head / p_.heads, head % p_.heads, n); }

  AttentionProblem p_;
  std::unique_ptr<AttentionKernel> inner_;
};

std::unique_ptr<AttentionKernel> make_cosine_attention(const AttentionProblem& problem,
                                                       std::span<const ScoreTensor> learned, Arena& arena,
                                                       Kernel kernel);
std::unique_ptr<AttentionKernel> make_general_attention(const AttentionProblem& problem,
                                                        std::span<const ScoreTensor> learned, Arena& arena,
                                                        Kernel kernel);
std::unique_ptr<AttentionKernel> make_additive_attention(const AttentionProblem& problem,
                                                         std::span<const ScoreTensor> learned, Arena& arena,
                                                         Kernel kernel);

}  // namespace lab
