#pragma once
// GlEngine: what every operation on the GPU works with, and the two operations that others are made of.

#include <map>
#include <memory>
#include <string>

#include "core/gpu/gl_clock.h"
#include "core/gpu/gl_context.h"
#include "core/gpu/gl_memory.h"
#include "core/gpu/gl_program.h"
#include "core/ops/matmul.h"

namespace lab {

/// Many matrices in a buffer: element (row, column) of matrix z is at
/// [at + z / inner_count · outer + z % inner_count · inner + row · row_stride + column · column_stride].
struct GlMatrices {
  GlRange range;
  int64_t row_stride = 0, column_stride = 1;
  int64_t at = 0, outer = 0, inner = 0;

  static GlMatrices rows(GlRange range, int64_t stride) { return {range, stride, 1}; }
  static GlMatrices rows(GlSlice slice, int64_t stride) { return {slice.range, stride, 1, slice.at}; }
  static GlMatrices transposed(GlRange range, int64_t stride) { return {range, 1, stride}; }
  static GlMatrices transposed(GlSlice slice, int64_t stride) { return {slice.range, 1, stride, slice.at}; }
  /// The rows of every head, [tokens, width] each; inner_count is the number of heads.
  static GlMatrices heads(const GlRows& r) { return {r.range, r.token, 1, r.at, r.batch, r.head}; }
  static GlMatrices heads_transposed(const GlRows& r) { return {r.range, 1, r.token, r.at, r.batch, r.head}; }
};

struct ProductSize {
  int64_t rows = 0, columns = 0, depth = 0;
  int64_t count = 1;        // Z: so many products at once …
  int64_t inner_count = 1;  // … of which so many lie side by side
};

class GlEngine {
 public:
  /// Throws Error when the context's OpenGL is older than 4.3.
  GlEngine(std::unique_ptr<GlContext> context, const std::string& shader_folder, ShaderFolder::Watch watch);

  std::unique_ptr<GlContext> context;
  ShaderFolder shaders;
  GlMemory memory;
  GlClock clock;

  /// The shader of that name with these sizes; compiled once, whoever asks for it.
  Program& program(const std::string& name, const gl::Defines& defines = {{"THREADS", gl::kThreads}});

  /// c = or += a · b, plus `bias` [columns] to every row where there is one. One deep product is split into parts.
  void product(Into into, GlMatrices c, GlMatrices a, GlMatrices b, const ProductSize& size, Tensor bias = {});
  /// to [columns] = or += factor · the sum of `rows` rows, each `stride` numbers after the one before, from `at` on.
  void sum_rows(GlRange to, Into into, GlRange from, int64_t rows, int64_t columns, int64_t stride, int64_t at = 0,
                float factor = 1, int64_t to_at = 0);

 private:
  void deep_product(Into into, GlMatrices c, GlMatrices a, GlMatrices b, const ProductSize& size);
  void run_product(Into into, const GlMatrices& c, const GlMatrices& a, const GlMatrices& b, const ProductSize& size,
                   int64_t chunk, Tensor bias);

  std::map<std::string, std::unique_ptr<Program>> programs_;  // by name and sizes
  Program& large_product_ = program("matmul", gl::kLargeTile.defines());
  Program& small_product_ = program("matmul", gl::kSmallTile.defines());
  Program& sum_rows_ = program("sum_rows");
};

/// Workgroups for so many threads' work.
inline int64_t groups_for(int64_t count) { return (count + gl::kThreads - 1) / gl::kThreads; }
/// Workgroups for rows that several threads share.
inline int64_t row_groups(int64_t rows) { return (rows + gl::kRowsPerGroup - 1) / gl::kRowsPerGroup; }

}  // namespace lab
