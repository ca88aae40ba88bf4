// The stages on the way back, but for those inside attention: how the loss would change with each number.

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "core/inspect/step_kinds.h"
#include "core/ops/layer_norm.h"

namespace lab {

namespace {

using Matrices = std::vector<StepMatrix>;

void equals(Working& w, double value) { w.text(" = " + figure_of(value)); }

void loss(const StageScene& s, Matrices& m) {
  m.push_back(value_of("probabilities", s, s.output()));
  m.push_back(gradient_of("d logits", s, s.input(0), true));
  for (StepMatrix& one : m) one.across = Along::kClasses;
}
// (p − truth) / R; the true class is where p − R·d_logit is largest.
double work_loss(Working& w) {
  const int classes = w.m[0].columns;
  const double rows = double{1} * w.scene.record.batch * w.m[0].rows, smoothing = w.scene.record.smoothing;
  int target = 0;
  const auto truth_at = [&](int k) { return w.m[0].at(w.row, k) - rows * w.m[1].at(w.row, k); };
  for (int k = 1; k < classes; ++k)
    if (truth_at(k) > truth_at(target)) target = k;
  const double truth = smoothing / classes + (w.column == target ? 1 - smoothing : 0);
  w.text("(");
  const double value = (w.number(0, w.row, w.column) - truth) / rows;
  w.text(fmt::format(" − truth {}) ÷ {}", figure_of(truth), rows));
  equals(w, value);
  return value;
}

void linear(const StageScene& s, Matrices& m) {
  m.push_back(gradient_of("d out", s, s.output()));
  m.push_back(value_of("weights", s, s.input(1)));
  m.push_back(gradient_of("d in", s, s.input(0), true));
  if (s.operation().name == "head") m[0].across = m[1].down = Along::kClasses;
}
// out = Σ in · weight, so d in = Σ d out · weight
double work_linear(Working& w) {
  const double sum = w.sum_of_products(along_row(0, w.row), along_column(1, w.column));
  equals(w, sum);
  return sum;
}

// What a decoder layer's keys and values are made of, the text that was read, is read by every decoder layer.
void memory(const StageScene& s, Matrices& m) {
  const StepTensor& in = s.input(0);
  const auto of_text = [&](const char* name, const std::vector<float>& numbers, bool result) {
    m.push_back(matrix_of(name, numbers, in.rows, in.columns, s.rows_of(in), Along::kNumbers, result));
  };
  m.push_back(gradient_of("d keys, values", s, s.output()));
  m.push_back(value_of("weights", s, s.input(1)));
  if (!s.operation().other_paths.empty()) of_text("from layers above", s.operation().other_paths, false);
  of_text("d text", s.gradient_so_far(), true);
}
// d text = Σ d out · weight, beside what the layers above gave it
double work_memory(Working& w) {
  double value = w.sum_of_products(along_row(0, w.row), along_column(1, w.column));
  if (w.m.size() > 3) {
    w.text(" + from layers above ");
    value += w.number(2, w.row, w.column, true);
  }
  equals(w, value);
  return value;
}

void layer_norm(const StageScene& s, Matrices& m) {
  const StepTensor& in = s.input(0);
  m.push_back(gradient_of("d out", s, s.output()));
  m.push_back(value_of("in", s, in));
  m.push_back(value_of("weight", s, s.input(1)));
  if (!s.operation().other_paths.empty())
    m.push_back(
        matrix_of("past the branch", s.operation().other_paths, in.rows, in.columns, s.rows_of(in), Along::kNumbers));
  m.push_back(gradient_of("d in", s, in, true));
}
// With x̂ = (in − mean)/σ and g = d out · weight: d in = (g − mean g − x̂ · mean(g · x̂)) / σ.
double work_layer_norm(Working& w) {
  const int width = w.m[1].columns;
  double mean = 0, variance = 0, mean_g = 0, mean_gx = 0;
  for (int c = 0; c < width; ++c) mean += w.m[1].at(w.row, c) / width;
  for (int c = 0; c < width; ++c) variance += std::pow(w.m[1].at(w.row, c) - mean, 2) / width;
  const double deviation = std::sqrt(variance + kLayerNormEpsilon);
  for (int c = 0; c < width; ++c) {
    const double g = double{w.m[0].at(w.row, c)} * w.m[2].at(0, c);
    mean_g += g / width;
    mean_gx += g * (w.m[1].at(w.row, c) - mean) / deviation / width;
  }
  w.text("(");
  const double g = w.number(0, w.row, w.column) * w.m[2].at(0, w.column),
               x = (w.m[1].at(w.row, w.column) - mean) / deviation;
  w.text(" · weight ");
  w.number(2, 0, w.column, true);
  w.text(fmt::format(" − mean {} − normed {} · {}) ÷ deviation {}", figure_of(mean_g), figure_of(x), figure_of(mean_gx),
                     figure_of(deviation)));
  double value = (g - mean_g - x * mean_gx) / deviation;
  if (w.m.size() > 4) {
    w.text(" + past the branch ");
    value += w.number(3, w.row, w.column, true);
  }
  equals(w, value);
  return value;
}

void gelu(const StageScene& s, Matrices& m) {
  m.push_back(gradient_of("d out", s, s.output()));
  m.push_back(value_of("in", s, s.input(0)));
  m.push_back(gradient_of("d in", s, s.input(0), true));
}
// (x·Φ(x))′ = Φ(x) + x·φ(x)
double work_gelu(Working& w) {
  const double x = w.m[1].at(w.row, w.column);
  const double slope =
      0.5 * (1 + std::erf(x / std::numbers::sqrt2)) + x * std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
  const double d = w.number(0, w.row, w.column);
  w.text(" × " + figure_of(slope) + ", the slope of GELU at ");
  w.number(1, w.row, w.column);
  equals(w, d * slope);
  return d * slope;
}

void dropout(const StageScene& s, Matrices& m) {
  m.push_back(gradient_of("d out", s, s.output()));
  m.push_back(value_of("out", s, s.output()));
  m.push_back(gradient_of("d in", s, s.input(0), true));
}
double work_dropout(Working& w) {
  const double d = w.number(0, w.row, w.column), kept = 1 - double{w.scene.record.dropout};
  if (w.m[1].at(w.row, w.column) == 0 && w.m[2].at(w.row, w.column) == 0) {
    w.text(": its number was dropped, so nothing goes back = 0");
    return 0;
  }
  w.text(" ÷ " + figure_of(kept));
  equals(w, d / kept);
  return d / kept;
}

void residual(const StageScene& s, Matrices& m) { m.push_back(gradient_of("d together", s, s.output(), true)); }
double work_residual(Working& w) {
  w.text("goes on unchanged, into the branch and past it: ");
  return w.number(0, w.row, w.column);
}

void first_token(const StageScene& s, Matrices& m) {
  m.push_back(gradient_of("d class token", s, s.output()));
  m.push_back(gradient_of("d tokens", s, s.input(0), true));
}
double work_first_token(Working& w) {
  if (w.row > 0) {
    w.text("only the class token was read: 0");
    return 0;
  }
  return w.number(0, 0, w.column);
}

void place(const StageScene& s, Matrices& m) {
  m.push_back(gradient_of("d tokens", s, s.output()));
  m.push_back(gradient_of("d embedded patches", s, s.input(0), true));
  m[1].down = Along::kPatches;
}
double work_place(Working& w) {
  w.text("goes on unchanged: ");
  return w.number(0, w.row + 1, w.column);
}

constexpr KindRow kRows[] = {
    {StageKind::kBackLoss,
     "Backpropagation begins: a logit's gradient is its probability minus the truth, so a wrong answer is pushed down "
     "and the right one up. (Divided by the batch: the loss is a mean.)",
     loss, work_loss},
    {StageKind::kBackLinear,
     "Backward through a linear layer: each number gets the gradients of all that it went into, times the same "
     "weights.",
     linear, work_linear},
    {StageKind::kBackMemory,
     "Backward into the text: the encoder's tokens made these keys and values, so each gets their gradients, times the "
     "same weights. Every layer of the decoder adds its share; then the encoder goes on with the sum.",
     memory, work_memory},
    {StageKind::kBackLayerNorm,
     "Backward through the layer norm; what came back past the branch, by the residual connection, is added.",
     layer_norm, work_layer_norm},
    {StageKind::kBackGelu, "Backward through GELU: the gradient times the slope of the bend at that number.", gelu,
     work_gelu},
    {StageKind::kBackDropout,
     "Backward through dropout: what was dropped gets no gradient, the rest is scaled as before.", dropout,
     work_dropout},
    {StageKind::kBackResidual,
     "Backward through the residual connection: the gradient goes both ways unchanged, so deep layers learn as well.",
     residual, work_residual},
    {StageKind::kBackFirstToken,
     "Only the class token was read, so only it gets a gradient here; the others wait for attention.", first_token,
     work_first_token},
    {StageKind::kBackPlace, "The gradient reaches the embedded patches, and below them the weights that embedded them.",
     place, work_place},
};

}  // namespace

std::span<const KindRow> backward_kinds() { return kRows; }

}  // namespace lab
