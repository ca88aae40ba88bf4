#include "core/ops/add.h"

#include <algorithm>

#include "core/base/parallel.h"

namespace lab {

namespace {

constexpr int64_t kPerTask = 32768;

template <class Body>
void each_range(int64_t count, const Body& body) {
  parallel_for((count + kPerTask - 1) / kPerTask,
               [&](int64_t task) { body(task * kPerTask, std::min((task + 1) * kPerTask, count)); });
}

void pass_on(Tensor to, Into into, Tensor dy) {
  if (!to || (to.data == dy.data && into == Into::kOverwrite)) return;
  each_range(dy.count(), [&](int64_t begin, int64_t end) {
    if (into == Into::kOverwrite)
      std::copy(dy.data + begin, dy.data + end, to.data + begin);
    else
      for (int64_t i = begin; i < end; ++i) to.data[i] += dy.data[i];
  });
}

}  // namespace

void add_forward(Tensor y, Tensor a, Tensor b) {
  each_range(y.count(), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) y.data[i] = a.data[i] + b.data[i];
  });
}

void add_backward(Tensor da, Into into_da, Tensor db, Into into_db, Tensor dy) {
  pass_on(da, into_da, dy);
  pass_on(db, into_db, dy);
}

}  // namespace lab
