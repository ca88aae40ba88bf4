#pragma once
// Residual addition: y = a + b.

#include "core/base/tensor.h"
#include "core/ops/matmul.h"

namespace lab {

/// a, b → y, all of one shape.
void add_forward(Tensor y, Tensor a, Tensor b);
/// dy → da = dy (or da += dy); the same for db.
void add_backward(Tensor da, Into into_da, Tensor db, Into into_db, Tensor dy);

}  // namespace lab
