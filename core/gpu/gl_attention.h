#pragma once
// Attention on the GPU: the same scores, patterns and results as core/attention, in shaders. As there, a score
// prepares queries and keys, and one of two kernels attends: in three stages with three buffers that can be looked
// at (gl_pair_attention.cpp), or tile by tile for long sequences (gl_tile_attention.cpp).

#include <memory>
#include <span>
#include <string_view>

#include "core/attention/score.h"
#include "core/gpu/gl_memory.h"

namespace lab {

class GlEngine;

/// As AttentionKernel, between rows that lie on the GPU.
class GlKernel {
 public:
  virtual ~GlKernel() = default;
  virtual void forward(const GlRows& q, const GlRows& k, const GlRows& v, const GlRows& out) = 0;
  virtual void backward(const GlRows& d_out, const GlRows& dq, const GlRows& dk, const GlRows& dv) = 0;
  virtual void weights(Tensor to) const = 0;
  virtual int64_t weight_bytes() const = 0;
  virtual bool stages(int /*b*/, int /*h*/, AttentionStages& /*to*/) const { return false; }
  virtual bool gradients(int /*b*/, int /*h*/, AttentionGradients& /*to*/) const { return false; }
};

/// The additive score's vector v, once queries and keys went through its matrices.
struct GlAdditive {
  int width = 0;  // 0: the score is a dot product
  Tensor v, dv;   // [width]
};

std::unique_ptr<GlKernel> make_gl_pair_attention(GlEngine& engine, const AttentionProblem& problem,
                                                 const GlAdditive& additive);
/// Heads of at most gl::kWidestTiled, and no additive score.
std::unique_ptr<GlKernel> make_gl_tile_attention(GlEngine& engine, const AttentionProblem& problem);

/// Throws Error, as make_scored_attention does and where the GPU cannot do it: for rules on rows, and for problems
/// that fit neither kernel.
std::unique_ptr<AttentionKernel> make_gl_attention(GlEngine& engine, std::string_view score,
                                                   const AttentionProblem& problem,
                                                   std::span<const ScoreTensor> learned, Kernel kernel);

}  // namespace lab
