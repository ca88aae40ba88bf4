#include "core/base/error.h"
#include "core/gpu/gl_attention.h"
namespace lab {
std::unique_ptr<GlKernel> make_gl_tile_attention(GlEngine& engine, const AttentionProblem& problem) {
  return make_gl_pair_attention(engine, problem, {});
}
}  // namespace lab
