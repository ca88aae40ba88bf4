#include "core/gpu/gl_engine.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace lab {

namespace {

constexpr int kOldestVersion = 43;

int64_t parts_of(int64_t count, int64_t size) { return (count + size - 1) / size; }

// Rows that one thread adds up: few enough that two goes have about equally many.
int64_t rows_per_part(int64_t rows) {
  constexpr int64_t kFew = 32;
  return std::max(kFew, static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(rows)))));
}

std::unique_ptr<GlContext> checked(std::unique_ptr<GlContext> context) {
  context->make_current();
  if (epoxy_gl_version() < kOldestVersion)
    throw Error("{} has OpenGL {}.{}; training on the GPU needs 4.3.", context->renderer(), epoxy_gl_version() / 10,
                epoxy_gl_version() % 10);
  return context;
}

}  // namespace

GlEngine::GlEngine(std::unique_ptr<GlContext> given, const std::string& shader_folder, ShaderFolder::Watch watch)
    : context(checked(std::move(given))), shaders(shader_folder, watch) {}

Program& GlEngine::program(const std::string& name, const gl::Defines& defines) {
  std::string key = name;
  for (const gl::Define& define : defines) key += fmt::format(" {}={}", define.name, define.value);
  std::unique_ptr<Program>& known = programs_[key];
  if (!known) known = std::make_unique<Program>(shaders, name, defines);
  return *known;
}

void GlEngine::product(Into into, GlMatrices c, GlMatrices a, GlMatrices b, const ProductSize& size, Tensor bias) {
  const bool deep = size.count == 1 && !bias && size.depth >= 2 * gl::kDepthPerPart;
  deep ? deep_product(into, c, a, b, size) : run_product(into, c, a, b, size, 0, bias);
}

// Each part of the depth is a product of its own; then they are added up.
void GlEngine::deep_product(Into into, GlMatrices c, GlMatrices a, GlMatrices b, const ProductSize& size) {
  const int64_t parts = parts_of(size.depth, gl::kDepthPerPart), numbers = size.rows * size.columns;
  a.outer = gl::kDepthPerPart * a.column_stride;
  b.outer = gl::kDepthPerPart * b.row_stride;
  GlMatrices partial = GlMatrices::rows(memory.scratch(2, parts * numbers), size.columns);
  partial.outer = numbers;
  run_product(Into::kOverwrite, partial, a, b, {size.rows, size.columns, size.depth, parts}, gl::kDepthPerPart, {});
  sum_rows(c.range, into, partial.range, parts, numbers, numbers, 0, 1, c.at);
}

void GlEngine::run_product(Into into, const GlMatrices& c, const GlMatrices& a, const GlMatrices& b,
                           const ProductSize& size, int64_t chunk, Tensor bias) {
  const auto tiles = [&](const gl::ProductTile& t) {
    return size.count * parts_of(size.rows, t.tile) * parts_of(size.columns, t.tile);
  };
  const bool large = tiles(gl::kLargeTile) >= gl::kFewLargeTiles;
  const gl::ProductTile& tile = large ? gl::kLargeTile : gl::kSmallTile;
  const int64_t work = int64_t{tile.tile} * tile.tile * (chunk > 0 ? chunk : size.depth);
  const GlSlice bias_at = memory.slice(bias);
  Program& matmul = large ? large_product_ : small_product_;
  matmul.run(tiles(tile), {c.range, a.range, b.range, bias_at.range},
             {size.rows,  size.columns, size.depth,   chunk,           size.inner_count, into == Into::kAdd,
              bool(bias), c.at,         c.outer,      c.inner,         c.row_stride,     c.column_stride,
              a.at,       a.outer,      a.inner,      a.row_stride,    a.column_stride,  b.at,
              b.outer,    b.inner,      b.row_stride, b.column_stride, bias_at.at},
             work);
}

void GlEngine::sum_rows(GlRange to, Into into, GlRange from, int64_t rows, int64_t columns, int64_t stride, int64_t at,
                        float factor, int64_t to_at) {
  const int64_t chunk = rows_per_part(rows), parts = parts_of(rows, chunk);
  if (parts > 1) {
    const GlRange partial = memory.scratch(0, parts * columns);
    sum_rows_.run(groups_for(parts * columns), {partial, from}, {rows, columns, chunk, stride, at, false, 0, 1.0f});
    from = partial;
    rows = parts;
    stride = columns;
    at = 0;
  }
  sum_rows_.run(groups_for(columns), {to, from}, {rows, columns, rows, stride, at, into == Into::kAdd, to_at, factor});
}

}  // namespace lab
