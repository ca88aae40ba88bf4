// The stages inside attention on the way there, for one head: the kernel's own numbers.

#include <fmt/format.h>

#include <cmath>

#include "core/inspect/step_attention_parts.h"

namespace lab {

using namespace step_attention;

namespace {

// --- Q, K, V

// One head's columns of the joint projection [N, 3C].
void project(const StageScene& s, Matrices& m) {
  m.push_back(value_of("in", s, s.input(0)));
  const StepTensor &weight = s.input(1), &out = s.output();
  const int width = out.columns / 3, head_width = width / static_cast<int>(s.record.heads);
  constexpr const char* kNames[][2] = {{"W of Q", "Q"}, {"W of K", "K"}, {"W of V", "V"}};
  for (int part = 0; part < 3; ++part) {
    const int first = part * width + s.head * head_width;
    m.push_back({kNames[part][0], weight.value.data() + int64_t{first} * weight.columns, head_width, weight.columns,
                 weight.columns});
    m.push_back({kNames[part][1], out.value.data() + first, out.rows, head_width, out.columns,
                 part == 0 ? Along::kTokens : Along::kKeys, Along::kNumbers, true});
  }
}
double work_project(Working& w) {
  const double sum = w.sum_of_products(along_row(0, w.row), along_row(w.of.matrix - 1, w.column));
  const int head_width = w.m[2].columns, part = (w.of.matrix - 2) / 2, width = head_width * w.scene.record.heads;
  const double bias = w.scene.input(2).value[part * width + w.scene.head * head_width + w.column];
  w.text(" + bias " + figure_of(bias));
  const double value = sum + bias;
  equals(w, value);
  return value;
}

// --- scores

void scores(const StageScene& s, Matrices& m) {
  const AttentionStages& a = s.inside();
  m.push_back(of_queries("Q", a.q, a.score_width, a));
  m.push_back(of_keys("K", a.k, a.score_width, a));
  m.push_back(of_pairs(a.additive.empty() ? "QKᵀ" : "scores",
                       a.additive.empty() ? s.attention().products[s.head] : a.scores, a, true));
}
double work_scores(Working& w) {
  if (absent(w, 2)) return w.m[2].at(w.row, w.column);
  const AttentionStages& a = w.scene.inside();
  if (a.additive.empty()) {
    const double sum = w.sum_of_products(along_row(0, w.row), along_row(1, w.column));
    equals(w, sum);
    return sum;
  }
  double sum = 0;
  for (int d = 0; d < a.score_width; ++d) {
    w.text((d > 0 ? " + " : "") + figure_of(a.additive[d]) + "·tanh(");
    const double q = w.number(0, w.row, d);
    w.text(" + ");
    sum += a.additive[d] * std::tanh(q + w.number(1, w.column, d, true));
    w.text(")");
  }
  equals(w, sum);
  return sum;
}

void scale(const StageScene& s, Matrices& m) {
  const AttentionStages& a = s.inside();
  m.push_back(of_pairs("QKᵀ", s.attention().products[s.head], a));
  m.push_back(of_pairs("scores", a.scores, a, true));
}
double work_scale(Working& w) {
  if (absent(w, 1)) return w.m[1].at(w.row, w.column);
  const double by = w.scene.inside().scale, product = w.number(0, w.row, w.column);
  w.text(" × " + figure_of(by));
  equals(w, product * by);
  return product * by;
}

void mask(const StageScene& s, Matrices& m) { m.push_back(of_pairs("scores", s.inside().scores, s.inside(), true)); }
double work_mask(Working& w) {
  if (absent(w, 0)) return w.m[0].at(w.row, w.column);
  w.text("this pair exists, so its score stands: ");
  return w.number(0, w.row, w.column);
}

void rule(const StageScene& s, Matrices& m) {
  m.push_back(of_pairs("scores", s.inside().scores, s.inside()));
  m.push_back(of_pairs("scores for the softmax", softmax_got(s.inside()), s.inside(), true));
}
double work_rule(Working& w) {
  if (absent(w, 0)) return w.m[1].at(w.row, w.column);
  w.number(0, w.row, w.column);
  const double now = w.m[1].at(w.row, w.column);
  w.text(std::isfinite(now) ? " becomes " + figure_of(now) : " is left out of the softmax");
  return now;
}

// --- softmax

void softmax(const StageScene& s, Matrices& m) {
  m.push_back(of_pairs("scores", softmax_got(s.inside()), s.inside()));
  m.push_back(of_pairs("weights", softmax_gave(s.inside()), s.inside(), true));
}
double work_softmax(Working& w) {
  if (absent(w, 0)) return 0;
  double largest = -INFINITY, total = 0;
  int largest_key = 0;
  for (int j = 0; j < w.m[0].columns; ++j)
    if (w.m[0].at(w.row, j) > largest) largest = w.m[0].at(w.row, j), largest_key = j;
  for (int j = 0; j < w.m[0].columns; ++j) total += std::exp(w.m[0].at(w.row, j) - largest);
  w.text("e^(");
  const double power = std::exp(w.number(0, w.row, w.column) - largest);
  w.text(" − ");
  w.number(0, w.row, largest_key, true);
  w.text(") ÷ " + figure_of(total) + " = " + figure_of(power) + " ÷ " + figure_of(total));
  equals(w, power / total);
  return power / total;
}

void drop_weights(const StageScene& s, Matrices& m) {
  m.push_back(of_pairs("softmax's weights", softmax_gave(s.inside()), s.inside()));
  m.push_back(of_pairs("weights that mix", s.inside().weights, s.inside(), true));
}
double work_drop_weights(Working& w) {
  const double weight = w.number(0, w.row, w.column), kept = 1 - double{w.scene.record.attention_dropout};
  if (w.m[1].at(w.row, w.column) == 0) {
    w.text(weight == 0 ? " is nothing to drop" : " is dropped in this step = 0");
    return 0;
  }
  w.text(" is kept: ÷ " + figure_of(kept));
  equals(w, weight / kept);
  return weight / kept;
}

// --- mix

void mix(const StageScene& s, Matrices& m) {
  const AttentionStages& a = s.inside();
  m.push_back(of_pairs("weights", a.weights, a));
  m.push_back(of_keys("V", a.v, a.head_width, a));
  m.push_back(of_queries("mixed", a.out, a.head_width, a, true));
}
double work_mix(Working& w) {
  const double sum = w.sum_of_products(along_row(0, w.row), along_column(1, w.column));
  equals(w, sum);
  return sum;
}

void join(const StageScene& s, Matrices& m) { m.push_back(value_of("all heads", s, s.output(), true)); }
double work_join(Working& w) {
  const int width = w.m[0].columns / w.scene.record.heads;
  w.text(fmt::format("head {}'s number {}: ", w.column / width + 1, w.column % width + 1));
  return w.number(0, w.row, w.column);
}

// A kernel that keeps no numbers of single pairs.
void closed(const StageScene& s, Matrices& m) { m.push_back(value_of("attention's output", s, s.output(), true)); }
double work_closed(Working& w) { return w.number(0, w.row, w.column); }

constexpr KindRow kRows[] = {
    {StageKind::kProject,
     "Each token makes three vectors: a query (what it looks for), a key (what it offers) and a value (what it tells). "
     "Each is a linear layer.",
     project, work_project},
    {StageKind::kScores,
     "A query's score with a key says how alike they are: their dot product, number times number, added up. (Kernels "
     "scale at once; these are the scores before, derived by undoing that.)",
     scores, work_scores},
    {StageKind::kScale,
     "The scores are scaled by {scale}, one over the root of the head's width {width}, so that long vectors do not "
     "make the softmax "
     "all or nothing.",
     scale, work_scale},
    {StageKind::kMask,
     "The mask, or pattern, says which pairs exist. Where there is none nothing is computed: such a key gets no "
     "weight.",
     mask, work_mask},
    {StageKind::kRule,
     "This lane's strategy changes the scores before the softmax: it leaves some out, or fades them with distance.",
     rule, work_rule},
    {StageKind::kSoftmax,
     "Softmax turns the scores of one query into weights: each is raised to a power of e, then divided by their sum. "
     "The largest score gets the largest share; together they make 1.",
     softmax, work_softmax},
    {StageKind::kDropWeights,
     "Attention dropout sets random weights to 0 in this step, so that a query does not rely on one key; the others "
     "are "
     "scaled up.",
     drop_weights, work_drop_weights},
    {StageKind::kMix,
     "Each query takes the values of all keys, each times its weight, and adds them up: a weighted mean of the values.",
     mix, work_mix},
    {StageKind::kJoin, "What the heads have mixed is put side by side again: each head fills its own columns.", join,
     work_join},
    {StageKind::kClosed,
     "Attention. The kernel that this lane trains with keeps no scores of single pairs, so that there is only its "
     "output "
     "to show.",
     closed, work_closed},
};

}  // namespace

std::span<const KindRow> attention_kinds() { return kRows; }

}  // namespace lab
