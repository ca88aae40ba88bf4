#include "core/ops/layer_norm.h"

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"
#include "core/base/simd.h"

namespace lab {

namespace {

// Calls body(first column, columns) for each vector of a row; the last may be ragged.
template <class Body>
inline void each_vector(int64_t width, const Body& body) {
  for (int64_t c = 0; c < width; c += kLanes) body(c, std::min<int64_t>(kLanes, width - c));
}

template <class Term>
inline float sum_of(int64_t width, const Term& term) {
  Lanes total{};
  each_vector(width, [&](int64_t c, int64_t count) { total += term(c, count); });
  return sum(total);
}

inline Lanes mask(Lanes x, int64_t count) {
  for (int64_t lane = count; lane < kLanes; ++lane) x[lane] = 0;
  return x;
}

struct RowRange {
  int64_t begin, end;
};

RowRange rows_of(int64_t task, int64_t rows) {
  return {rows * task / kLayerNormTasks, rows * (task + 1) / kLayerNormTasks};
}

void normalise_row(float* y, float& mean, float& rstd, const float* x, const float* w, const float* b, int64_t width,
                   float epsilon) {
  mean = sum_of(width, [&](int64_t c, int64_t count) { return load_some(x + c, count); }) / static_cast<float>(width);
  const Lanes centre = splat(mean);
  const float squares = sum_of(width, [&](int64_t c, int64_t count) {
    const Lanes off = mask(load_some(x + c, count) - centre, count);
    return off * off;
  });
  rstd = 1.0f / std::sqrt(squares / static_cast<float>(width) + epsilon);
  const Lanes scale = splat(rstd);
  each_vector(width, [&](int64_t c, int64_t count) {
    const Lanes n = (load_some(x + c, count) - centre) * scale;
    store_some(y + c, n * load_some(w + c, count) + load_some(b + c, count), count);
  });
}

void backward_row(float* dx, Into into_dx, float* dw, float* db, const float* dy, const float* x, float mean, float rstd,
                  const float* w, int64_t width) {
  const Lanes centre = splat(mean), scale = splat(rstd);
  const auto normalised = [&](int64_t c, int64_t count) { return (load_some(x + c, count) - centre) * scale; };
  // with n = (x − mean) · rstd: y = n·w + b, so dn = dy·w and
  // dx = rstd · (dn − average(dn) − n · average(dn·n))
  const auto d_normalised = [&](int64_t c, int64_t count) { return load_some(dy + c, count) * load_some(w + c, count); };
  const Lanes average = splat(sum_of(width, d_normalised) / static_cast<float>(width));
  const Lanes along = splat(sum_of(width, [&](int64_t c, int64_t count) {
                              return d_normalised(c, count) * normalised(c, count);
                            }) / static_cast<float>(width));
  each_vector(width, [&](int64_t c, int64_t count) {
    const Lanes n = normalised(c, count), d = load_some(dy + c, count);
    const Lanes gradient = scale * (d * load_some(w + c, count) - average - n * along);
    store_some(dx + c, into_dx == Into::kAdd ? load_some(dx + c, count) + gradient : gradient, count);
    store_some(dw + c, load_some(dw + c, count) + d * n, count);
    store_some(db + c, load_some(db + c, count) + d, count);
  });
}

}  // namespace

void layer_norm_forward(Tensor y, Tensor mean, Tensor rstd, Tensor x, Tensor w, Tensor b, float epsilon) {
  const int64_t rows = x.shape.rows(), width = x.shape.columns();
  parallel_for(kLayerNormTasks, [&](int64_t task) {
    const RowRange range = rows_of(task, rows);
    for (int64_t row = range.begin; row < range.end; ++row)
      normalise_row(y.data + row * width, mean[row], rstd[row], x.data + row * width, w.data, b.data, width, epsilon);
  });
}

void layer_norm_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x, Tensor mean,
                         Tensor rstd, Tensor w, Tensor partial) {
  const int64_t rows = x.shape.rows(), width = x.shape.columns();
  parallel_for(kLayerNormTasks, [&](int64_t task) {
    float* dw_part = partial.data + task * 2 * width;
    std::fill(dw_part, dw_part + 2 * width, 0.0f);
    const RowRange range = rows_of(task, rows);
    for (int64_t row = range.begin; row < range.end; ++row)
      backward_row(dx.data + row * width, into_dx, dw_part, dw_part + width, dy.data + row * width, x.data + row * width,
                   mean[row], rstd[row], w.data, width);
  });
  for (int64_t c = 0; c < width; ++c) {
    float dw_sum = into_dw == Into::kAdd ? dw[c] : 0, db_sum = into_dw == Into::kAdd ? db[c] : 0;
    for (int task = 0; task < kLayerNormTasks; ++task) {
      dw_sum += partial[task * 2 * width + c];
      db_sum += partial[task * 2 * width + width + c];
    }
    dw[c] = dw_sum;
    db[c] = db_sum;
  }
}

}  // namespace lab
