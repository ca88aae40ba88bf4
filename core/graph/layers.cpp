#include "core/graph/layers.h"

#include "core/attention/joined_heads.h"
#include "core/base/error.h"
#include "core/ops/layer_norm.h"

namespace lab {

namespace {

// The shape of x with another last size.
Shape with_columns(const Shape& x, int64_t columns) {
  switch (x.rank()) {
    case 1:
      return {columns};
    case 2:
      return {x[0], columns};
    default:
      return {x[0], x[1], columns};
  }
}

}  // namespace

Variable linear(Tape& tape, const std::string& name, Variable x, Variable w, Variable b) {
  if (x.value.shape.columns() != w.value.shape[1])
    throw Error("{}: an input of shape {} does not fit a weight of shape {}.", name, x.value.shape.text(),
                w.value.shape.text());
  Variable y = tape.variable(name, with_columns(x.value.shape, w.value.shape[0]));
  const Tensor w_transposed = tape.scratch({w.value.shape[1], w.value.shape[0]});
  Device& device = tape.device();
  tape.append(
      name, NodeKind::kOther, [=, &device] { device.linear_forward(y.value, x.value, w.value, b.value, w_transposed); },
      [=, &device] {
        const Tensor dx = x.gradient ? x.gradient->tensor : Tensor{};
        const Into into_dx = x.gradient ? x.gradient->claim() : Into::kOverwrite;
        const Tensor dw = w.gradient->wanted ? w.gradient->tensor : Tensor{};
        b.gradient->claim();  // w and b are always reached together
        device.linear_backward(dx, into_dx, dw, b.gradient->tensor, w.gradient->claim(), y.gradient->tensor, x.value,
                               w.value);
      },
      {Operation::kLinear, y, {x, w, b}});
  return y;
}

Variable layer_norm(Tape& tape, const std::string& name, Variable x, Variable w, Variable b) {
  Variable y = tape.variable(name, x.value.shape);
  const Tensor mean = tape.scratch({x.value.shape.rows()}), rstd = tape.scratch({x.value.shape.rows()});
  const Tensor partial = tape.scratch({kLayerNormTasks, 2, x.value.shape.columns()});
  Device& device = tape.device();
  tape.append(
      name, NodeKind::kOther,
      [=, &device] { device.layer_norm_forward(y.value, mean, rstd, x.value, w.value, b.value, kLayerNormEpsilon); },
      [=, &device] {
        b.gradient->claim();
        device.layer_norm_backward(x.gradient->tensor, x.gradient->claim(), w.gradient->tensor, b.gradient->tensor,
                                   w.gradient->claim(), y.gradient->tensor, x.value, mean, rstd, w.value, partial);
      },
      {Operation::kLayerNorm, y, {x, w, b}});
  return y;
}

Variable gelu(Tape& tape, const std::string& name, Variable x) {
  Variable y = tape.variable(name, x.value.shape);
  Device& device = tape.device();
  tape.append(
      name, NodeKind::kOther, [=, &device] { device.gelu_forward(y.value, x.value); },
      [=, &device] { device.gelu_backward(x.gradient->tensor, x.gradient->claim(), y.gradient->tensor, x.value); },
      {Operation::kGelu, y, {x}});
  return y;
}

Variable dropout(Tape& tape, const std::string& name, Variable x, const DropoutSettings& settings, uint64_t stream) {
  if (!tape.training()) return x;
  Variable y = tape.variable(name, x.value.shape);
  Device& device = tape.device();
  const Rng rng(settings.seed, stream::kDropout + (stream << 8));
  tape.append(
      name, NodeKind::kOther,
      [=, &device] { device.dropout_forward(y.value, x.value, *settings.rate, rng, *settings.step); },
      [=, &device] {
        device.dropout_backward(x.gradient->tensor, x.gradient->claim(), y.gradient->tensor, *settings.rate, rng,
                                *settings.step);
      },
      {Operation::kDropout, y, {x}});
  return y;
}

Variable residual(Tape& tape, const std::string& name, Variable x, Variable branch) {
  Variable y = tape.variable(name, x.value.shape);
  if (tape.training()) {
    y.gradient->tensor = x.gradient->tensor;
    branch.gradient->tensor = x.gradient->tensor;
  }
  Device& device = tape.device();
  tape.append(
      name, NodeKind::kOther, [=, &device] { device.add_forward(y.value, x.value, branch.value); },
      [=] { x.gradient->written = branch.gradient->written = true; }, {Operation::kResidual, y, {x, branch}});
  return y;
}

Variable patches(Tape& tape, const std::string& name, Variable pixels, int side) {
  const Shape& shape = pixels.value.shape;
  Variable y{tape.variable(name, {shape[0], (shape[1] / side) * (shape[2] / side), int64_t{side} * side}).value,
             nullptr};
  Device& device = tape.device();
  tape.append(
      name, NodeKind::kOther, [=, &device] { device.cut_patches(y.value, pixels.value, side); }, [] {},
      {Operation::kPatches, y, {pixels}});
  return y;
}

Variable place_tokens(Tape& tape, const std::string& name, Variable embedded, Variable class_token, Variable position) {
  const Shape& shape = embedded.value.shape;
  Variable y = tape.variable(name, {shape[0], shape[1] + 1, shape[2]});
  Device& device = tape.device();
  tape.append(
      name, NodeKind::kOther,
      [=, &device] { device.place_tokens_forward(y.value, embedded.value, class_token.value, position.value); },
      [=, &device] {
        embedded.gradient->claim();
        class_token.gradient->claim();
        device.place_tokens_backward(embedded.gradient->tensor, class_token.gradient->tensor, position.gradient->tensor,
                                     position.gradient->claim(), y.gradient->tensor);
      },
      {Operation::kPlaceTokens, y, {embedded, class_token, position}});
  return y;
}

Variable class_token(Tape& tape, const std::string& name, Variable x) {
  Variable y = tape.variable(name, {x.value.shape[0], x.value.shape[2]});
  Device& device = tape.device();
  tape.append(
      name, NodeKind::kOther, [=, &device] { device.class_token_forward(y.value, x.value); },
      [=, &device] {
        x.gradient->claim();
        device.class_token_backward(x.gradient->tensor, y.gradient->tensor);
      },
      {Operation::kFirstToken, y, {x}});
  return y;
}

Variable embed(Tape& tape, const std::string& name, std::span<const int> tokens, Variable table, Variable position) {
  const int64_t places = position.value.shape[1];
  Variable y = tape.variable(name, {static_cast<int64_t>(tokens.size()) / places, places, table.value.shape[1]});
  Device& device = tape.device();
  tape.append(
      name, NodeKind::kOther, [=, &device] { device.embed_forward(y.value, tokens, table.value, position.value); },
      [=, &device] {
        position.gradient->claim();
        device.embed_backward(table.gradient->tensor, position.gradient->tensor, table.gradient->claim(),
                              y.gradient->tensor, tokens);
      },
      {Operation::kEmbed, y, {table, position}});
  return y;
}

namespace {

int count_heads(std::span<const HeadPart> parts) { return parts.back().first + parts.back().problem.heads; }

std::unique_ptr<AttentionKernel> make_kernel(Tape& tape, const HeadPart& part, Kernel choice) {
  std::vector<ScoreTensor> tensors;  // each belongs to this part alone: its gradient is always overwritten
  for (const Variable& v : part.learned) tensors.push_back({v.value, v.gradient ? v.gradient->tensor : Tensor{}});
  return tape.device().make_attention(part.score, part.strategy, part.problem, tensors, tape.arena(), choice);
}

std::unique_ptr<AttentionKernel> make_kernel(Tape& tape, std::span<const HeadPart> parts, Kernel choice) {
  if (parts.size() == 1) return make_kernel(tape, parts.front(), choice);
  std::vector<HeadKernel> kernels;
  for (const HeadPart& part : parts)
    kernels.push_back({part.first, part.problem.heads, make_kernel(tape, part, choice)});
  return join_heads(std::move(kernels));
}

}  // namespace

Variable self_attention(Tape& tape, const std::string& name, Variable projected, std::span<const HeadPart> parts,
                        std::unique_ptr<AttentionKernel>& kernel, Kernel choice) {
  const int heads = count_heads(parts);
  const Shape& shape = projected.value.shape;
  Variable y = tape.variable(name, {shape[0], shape[1], shape[2] / 3});
  kernel = make_kernel(tape, parts, choice);
  AttentionKernel* attention = kernel.get();
  const auto part = [heads](Tensor joint, int index) { return HeadRows::of_joint(joint, heads, index); };
  tape.append(
      name, NodeKind::kAttention,
      [=] {
        attention->forward(part(projected.value, 0), part(projected.value, 1), part(projected.value, 2),
                           HeadRows::of_tokens(y.value, heads));
      },
      [=] {
        const Tensor d = projected.gradient->tensor;
        projected.gradient->claim();
        attention->backward(HeadRows::of_tokens(y.gradient->tensor, heads), part(d, 0), part(d, 1), part(d, 2));
      },
      {Operation::kAttention, y, {projected}, attention, heads});
  return y;
}

Variable cross_attention(Tape& tape, const std::string& name, Variable queries, Variable keys_values,
                         std::span<const HeadPart> parts, std::unique_ptr<AttentionKernel>& kernel, Kernel choice) {
  const int heads = count_heads(parts);
  Variable y = tape.variable(name, queries.value.shape);
  kernel = make_kernel(tape, parts, choice);
  AttentionKernel* attention = kernel.get();
  const auto part = [heads](Tensor joint, int index) { return HeadRows::of_joint(joint, heads, index, 2); };
  tape.append(
      name, NodeKind::kAttention,
      [=] {
        attention->forward(HeadRows::of_tokens(queries.value, heads), part(keys_values.value, 0),
                           part(keys_values.value, 1), HeadRows::of_tokens(y.value, heads));
      },
      [=] {
        const Tensor d = keys_values.gradient->tensor;
        queries.gradient->claim();
        keys_values.gradient->claim();
        attention->backward(HeadRows::of_tokens(y.gradient->tensor, heads),
                            HeadRows::of_tokens(queries.gradient->tensor, heads), part(d, 0), part(d, 1));
      },
      {Operation::kAttention, y, {queries, keys_values}, attention, heads});
  return y;
}

Variable cross_entropy(Tape& tape, const std::string& name, Variable logits, std::span<const int> targets,
                       const float* smoothing, Tensor loss) {
  Variable probabilities = tape.variable(name, logits.value.shape);
  Device& device = tape.device();
  tape.append(
      name, NodeKind::kOther,
      [=, &device] { device.cross_entropy_forward(loss, probabilities.value, logits.value, targets, *smoothing); },
      [=, &device] {
        logits.gradient->claim();
        device.cross_entropy_backward(logits.gradient->tensor, probabilities.value, targets, *smoothing);
      },
      {Operation::kCrossEntropy, probabilities, {logits}});
  return probabilities;
}

}  // namespace lab
