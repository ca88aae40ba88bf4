// The stages on the way there, but for those inside attention.

#include <cmath>
#include <numbers>

#include "core/inspect/step_kinds.h"
#include "core/ops/layer_norm.h"

namespace lab {

namespace {

using Matrices = std::vector<StepMatrix>;

void equals(Working& w, double value) { w.text(" = " + figure_of(value)); }

// --- input

void pixels(const StageScene& s, Matrices& m) {
  m.push_back(value_of("pixels", s, s.input(0), true));
  m[0].down = m[0].across = Along::kPixels;
}
double work_pixels(Working& w) {
  w.text("brightness ");
  const double value = w.number(0, w.row, w.column);
  w.text(": 0 is black, 1 is white");
  return value;
}

void patches(const StageScene& s, Matrices& m) {
  pixels(s, m);
  m[0].result = false;
  m.push_back(value_of("patches", s, s.output(), true));
  m[1].down = Along::kPatches;
}
// A patch is a square of side² pixels; patches are counted row by row.
double work_patches(Working& w) {
  const int side = static_cast<int>(std::lround(std::sqrt(w.m[1].columns))), across = w.m[0].columns / side;
  w.text("the pixel itself: ");
  return w.number(0, w.row / across * side + w.column / side, w.row % across * side + w.column % side);
}

// Of a translator's decoder the answer's tokens go in, else those of the text.
bool reads_answer(const StageScene& s) { return s.operation().name == "target"; }

void tokens(const StageScene& s, Matrices& m) {
  const std::vector<float>& numbers = reads_answer(s) ? s.record.answer_numbers : s.record.token_numbers;
  m.push_back(matrix_of("number", numbers, static_cast<int>(numbers.size()), 1, Along::kTokens, Along::kOne, true));
}
double work_tokens(Working& w) {
  w.text("this token's number in the vocabulary: ");
  return w.number(0, w.row, 0);
}

void embed(const StageScene& s, Matrices& m) {
  m.push_back(value_of("position", s, s.input(1)));
  m[0].down = Along::kTokens;
  m.push_back(value_of("token + position", s, s.output(), true));
  m[1].down = Along::kTokens;
}
// The token's row of the table is too long a way to be a picture: it is written out.
double work_embed(Working& w) {
  const StepTensor& table = w.scene.input(0);
  const std::vector<int>& read = reads_answer(w.scene) ? w.scene.record.answer : w.scene.record.tokens;
  const bool known = w.row < static_cast<int>(read.size());
  const double place = w.m[0].at(w.row, w.column);
  const double word = known ? table.value[static_cast<size_t>(read[w.row]) * table.columns + w.column]
                            : w.m[1].at(w.row, w.column) - place;
  w.text("the token's number " + figure_of(word) + " + its place's ");
  w.number(0, w.row, w.column, true);
  equals(w, word + place);
  return word + place;
}

void place(const StageScene& s, Matrices& m) {
  m.push_back(value_of("embedded patches", s, s.input(0)));
  m[0].down = Along::kPatches;
  m.push_back(value_of("class token", s, s.input(1)));
  m.push_back(value_of("position", s, s.input(2)));
  m[2].down = Along::kTokens;
  m.push_back(value_of("tokens", s, s.output(), true));
}
double work_place(Working& w) {
  w.text(w.row == 0 ? "class token " : "patch ");
  const double token = w.row == 0 ? w.number(1, 0, w.column) : w.number(0, w.row - 1, w.column);
  w.text(" + position ");
  const double total = token + w.number(2, w.row, w.column, true);
  equals(w, total);
  return total;
}

// --- layers

void layer_norm(const StageScene& s, Matrices& m) {
  m.push_back(value_of("in", s, s.input(0)));
  m.push_back(value_of("weight", s, s.input(1)));
  m.push_back(value_of("bias", s, s.input(2)));
  m.push_back(value_of("out", s, s.output(), true));
}
double work_layer_norm(Working& w) {
  const int width = w.m[0].columns;
  double mean = 0, variance = 0;
  for (int c = 0; c < width; ++c) mean += w.m[0].at(w.row, c) / width;
  for (int c = 0; c < width; ++c) variance += std::pow(w.m[0].at(w.row, c) - mean, 2) / width;
  const double deviation = std::sqrt(variance + kLayerNormEpsilon);
  w.text("(");
  const double x = w.number(0, w.row, w.column);
  w.text(" − mean " + figure_of(mean) + ") ÷ deviation " + figure_of(deviation) + " × weight ");
  const double weight = w.number(1, 0, w.column, true);
  w.text(" + bias ");
  const double value = (x - mean) / deviation * weight + w.number(2, 0, w.column, true);
  equals(w, value);
  return value;
}

void linear(const StageScene& s, Matrices& m) {
  m.push_back(value_of("in", s, s.input(0)));
  m.push_back(value_of("weights", s, s.input(1)));
  m.push_back(value_of("bias", s, s.input(2)));
  m.push_back(value_of("out", s, s.output(), true));
  if (s.operation().name == "patch_embed") m[0].down = m[3].down = Along::kPatches;
  if (s.operation().name == "head") m[3].across = m[1].down = Along::kClasses;
}
// out = Σ in · weight + bias
double work_linear(Working& w) {
  const double sum = w.sum_of_products(along_row(0, w.row), along_row(1, w.column));
  w.text(" + bias ");
  const double value = sum + w.number(2, 0, w.column, true);
  equals(w, value);
  return value;
}

void in_out(const StageScene& s, Matrices& m) {
  m.push_back(value_of("in", s, s.input(0)));
  m.push_back(value_of("out", s, s.output(), true));
}
// x · Φ(x)
double work_gelu(Working& w) {
  const double x = w.number(0, w.row, w.column), share = 0.5 * (1 + std::erf(x / std::numbers::sqrt2));
  w.text(" × Φ = " + figure_of(share));
  equals(w, x * share);
  return x * share;
}
double work_dropout(Working& w) {
  const double x = w.number(0, w.row, w.column);
  if (w.m[1].at(w.row, w.column) == 0) {
    w.text(" is dropped in this step = 0");
    return 0;
  }
  const double kept = 1 - double{w.scene.record.dropout};
  w.text(" is kept: ÷ " + figure_of(kept));
  equals(w, x / kept);
  return x / kept;
}

void residual(const StageScene& s, Matrices& m) {
  m.push_back(value_of("what was", s, s.input(0)));
  m.push_back(value_of("what comes", s, s.input(1)));
  m.push_back(value_of("together", s, s.output(), true));
}
double work_residual(Working& w) {
  double total = w.number(0, w.row, w.column);
  w.text(" + ");
  total += w.number(1, w.row, w.column, true);
  equals(w, total);
  return total;
}

// --- answer

double work_first_token(Working& w) {
  w.text("the class token's number: ");
  return w.number(0, 0, w.column);
}

void probabilities(const StageScene& s, Matrices& m) {
  m.push_back(value_of("logits", s, s.input(0)));
  m.push_back(value_of("probabilities", s, s.output(), true));
  for (StepMatrix& one : m) one.across = Along::kClasses;
}
double work_probabilities(Working& w) {
  double largest = -INFINITY, total = 0;
  for (int k = 0; k < w.m[0].columns; ++k) largest = std::max(largest, double{w.m[0].at(w.row, k)});
  for (int k = 0; k < w.m[0].columns; ++k) total += std::exp(w.m[0].at(w.row, k) - largest);
  w.text("e^(");
  const double power = std::exp(w.number(0, w.row, w.column) - largest);
  w.text(" − " + figure_of(largest) + ") ÷ sum " + figure_of(total) + " = " + figure_of(power) + " ÷ " +
         figure_of(total));
  equals(w, power / total);
  return power / total;
}

void loss(const StageScene& s, Matrices& m) {
  m.push_back(value_of("probabilities", s, s.output(), true)), m[0].across = Along::kClasses;
}
double work_loss(Working& w) {
  w.text("−log ");
  const double p = w.number(0, w.row, w.column);
  equals(w, -std::log(p));
  w.text(" would be the loss if this were right; the mean over the batch of " + std::to_string(w.scene.record.batch) +
         " is " + figure_of(w.scene.record.loss));
  return p;
}

constexpr KindRow kRows[] = {
    {StageKind::kPixels, "The input: one picture of the batch, a number for the brightness of each pixel.", pixels,
     work_pixels},
    {StageKind::kPatches,
     "The picture is cut into patches, small squares, so that each can be treated like a word of a sentence.", patches,
     work_patches},
    {StageKind::kTokens, "The text is cut into tokens, words or letters, and each has its number in the vocabulary.",
     tokens, work_tokens},
    {StageKind::kEmbed,
     "Every token is looked up in a table of vectors, its embedding, and the vector of its position is added, so that "
     "order counts.",
     embed, work_embed},
    {StageKind::kPlace,
     "The class token is put in front, and a learned position vector is added to every token, so that place counts.",
     place, work_place},
    {StageKind::kLayerNorm,
     "Layer norm: each token's numbers are shifted to mean 0 and scaled to deviation 1, so that no token shouts.",
     layer_norm, work_layer_norm},
    {StageKind::kLinear,
     "A linear layer: every number that comes out is a weighted sum of those that go in, plus a bias.", linear,
     work_linear},
    {StageKind::kGelu,
     "GELU bends each number: large ones pass, negative ones are nearly switched off. Without a bend, layers would "
     "collapse into one.",
     in_out, work_gelu},
    {StageKind::kDropout,
     "Dropout sets random numbers to 0 in this step, so that the model relies on no single one; the others are scaled "
     "up.",
     in_out, work_dropout},
    {StageKind::kResidual,
     "A residual connection: what the branch found is added to what was there, so that nothing gets lost.", residual,
     work_residual},
    {StageKind::kFirstToken, "Only the class token is read for the answer: attention has gathered there what counts.",
     in_out, work_first_token},
    {StageKind::kProbabilities,
     "Softmax turns the logits into probabilities: e to the power of each, divided by the sum of all.", probabilities,
     work_probabilities},
    {StageKind::kLoss,
     "The loss, cross-entropy: minus the logarithm of the probability of what is right. 0 would be certain and right.",
     loss, work_loss},
};

}  // namespace

std::span<const KindRow> forward_kinds() { return kRows; }

}  // namespace lab
