// The same bits on one thread and on many: every op that splits its work, both attention kernels, an optimiser.

#include <gtest/gtest.h>

#include <functional>

#include "core/attention/linear_attention.h"
#include "core/base/parallel.h"
#include "core/ops/dropout.h"
#include "core/ops/embedding.h"
#include "core/ops/gelu.h"
#include "core/ops/layer_norm.h"
#include "core/ops/linear.h"
#include "core/ops/losses.h"
#include "core/ops/patches.h"
#include "core/train/optimiser.h"
#include "tests/core/attention/problem.h"
#include "tests/core/number_of_threads.h"

namespace lab {
namespace {

using reference::Inputs;
using reference::numbers;
using Bits = std::vector<double>;

void append(Bits& bits, std::initializer_list<Tensor> tensors) {
  for (Tensor tensor : tensors) bits.insert(bits.end(), tensor.begin(), tensor.end());
}

struct Work {
  const char* name;
  std::function<Bits()> run;
};

Bits linear_bits() {
  Inputs inputs(1);
  const Tensor x = inputs.draw({700, 33}), w = inputs.draw({95, 33}), b = inputs.draw({95}),
               dy = inputs.draw({700, 95});
  const Tensor y = inputs.zeros(dy.shape), dx = inputs.zeros(x.shape), dw = inputs.zeros(w.shape),
               db = inputs.zeros({95});
  linear_forward(y, x, w, b, inputs.zeros({33, 95}));
  linear_backward(dx, Into::kOverwrite, dw, db, Into::kOverwrite, dy, x, w);
  Bits bits;
  append(bits, {y, dx, dw, db});
  return bits;
}

Bits layer_norm_bits() {
  Inputs inputs(2);
  const Tensor x = inputs.draw({203, 21}), w = inputs.draw({21}), b = inputs.draw({21}), dy = inputs.draw(x.shape);
  const Tensor y = inputs.zeros(x.shape), mean = inputs.zeros({203}), rstd = inputs.zeros({203});
  const Tensor dx = inputs.zeros(x.shape), dw = inputs.zeros({21}), db = inputs.zeros({21});
  layer_norm_forward(y, mean, rstd, x, w, b);
  layer_norm_backward(dx, Into::kOverwrite, dw, db, Into::kOverwrite, dy, x, mean, rstd, w,
                      inputs.zeros({kLayerNormTasks, 2, 21}));
  Bits bits;
  append(bits, {y, dx, dw, db});
  return bits;
}

Bits elementwise_bits() {
  Inputs inputs(3);
  const Tensor x = inputs.draw({50'001}), y = inputs.zeros(x.shape), dx = inputs.zeros(x.shape),
               z = inputs.zeros(x.shape);
  gelu_forward(y, x);
  gelu_backward(dx, Into::kOverwrite, x, x);
  dropout_forward(z, x, 0.2f, Rng(1, stream::kDropout), 4);
  Bits bits;
  append(bits, {y, dx, z});
  return bits;
}

Bits token_bits() {
  Inputs inputs(4);
  const Tensor dx = inputs.draw({31, 17, 9}), embedded = inputs.zeros({31, 16, 9});
  const Tensor start = inputs.zeros({1, 1, 9}), position = inputs.zeros({1, 17, 9});
  place_tokens_backward(embedded, start, position, Into::kOverwrite, dx);
  Bits bits;
  append(bits, {embedded, start, position});
  return bits;
}

Bits embedding_bits() {
  Inputs inputs(6);
  const std::vector<int> tokens = inputs.classes(7 * 31, 13);
  const Tensor dx = inputs.draw({7, 31, 75}), table = inputs.draw({13, 75}), position = inputs.draw({1, 31, 75});
  const Tensor x = inputs.zeros(dx.shape), d_table = inputs.zeros(table.shape),
               d_position = inputs.zeros(position.shape);
  embed_forward(x, tokens, table, position);
  embed_backward(d_table, d_position, Into::kOverwrite, dx, tokens);
  Bits bits;
  append(bits, {x, d_table, d_position});
  return bits;
}

Bits cross_entropy_bits() {
  Inputs inputs(7);
  const Tensor logits = inputs.draw({203, 9}), probabilities = inputs.zeros(logits.shape),
               gradient = inputs.zeros(logits.shape);
  const std::vector<int> targets = inputs.classes(203, 9);
  Bits bits{cross_entropy_forward(probabilities, logits, targets, 0.1f)};
  cross_entropy_backward(gradient, probabilities, targets, 0.1f);
  append(bits, {probabilities, gradient});
  return bits;
}

Bits attention_bits(Kernel kernel) {
  Bits bits;
  for (const char* pattern : {"dense", "local:window=6,causal", "block:block=9,global=1", "bigbird:random=5"}) {
    Problem p({pattern, Geometry::sequence(77), 3, 7, 6, {77, 40, 0}}, kernel);
    p.run();
    append(bits, {p.weights, p.out, p.dq, p.dk, p.dv});
  }
  return bits;
}

Bits linear_attention_bits() {
  Bits bits;
  for (const char* pattern : {"dense", "dense:causal"}) {
    Problem p({pattern, Geometry::sequence(77), 3, 7, 6, {77, 40, 0}}, Kernel::kAutomatic);
    p.attention = make_linear_attention(p.problem, p.inputs.arena());
    p.run();
    append(bits, {p.weights, p.out, p.dq, p.dk, p.dv});
  }
  return bits;
}

Bits optimiser_bits() {
  Inputs inputs(5);
  const Tensor values = inputs.draw({40'007}), gradients = inputs.draw({40'007});
  Optimiser optimiser(40'007);
  OptimiserSettings settings;
  for (int step = 0; step < 3; ++step) {
    clip_gradient({gradients.begin(), gradients.end()}, 1);
    optimiser.step(settings, 0.01f, {values.begin(), values.end()}, {gradients.begin(), gradients.end()});
  }
  return numbers(values);
}

TEST(Determinism, TheSameBitsOnAnyNumberOfThreads) {
  const Work works[] = {{"linear", linear_bits},
                        {"layer_norm", layer_norm_bits},
                        {"gelu and dropout", elementwise_bits},
                        {"place_tokens", token_bits},
                        {"embedding", embedding_bits},
                        {"cross_entropy", cross_entropy_bits},
                        {"pair attention", [] { return attention_bits(Kernel::kPairs); }},
                        {"tile attention", [] { return attention_bits(Kernel::kTiles); }},
                        {"linear attention", linear_attention_bits},
                        {"optimiser", optimiser_bits}};
  for (const Work& work : works) {
    const NumberOfThreads one(1);
    const Bits alone = work.run();
    EXPECT_GT(alone.size(), 100u);
    for (int count : {2, 3, 8}) {
      const NumberOfThreads several(count);
      EXPECT_EQ(work.run(), alone) << work.name << " on " << count << " threads";
    }
  }
}

}  // namespace
}  // namespace lab
