// The stages inside attention on the way back, for one head: the kernel's own gradients.

#include <cmath>

#include "core/inspect/step_attention_parts.h"

namespace lab {

using namespace step_attention;

namespace {

void back_weights(const StageScene& s, Matrices& m) {
  const AttentionStages& a = s.inside();
  const StepTensor& out = s.output();
  m.push_back({"d mixed", out.gradient.data() + int64_t{s.head} * a.head_width, a.queries, a.head_width, out.columns,
               Along::kTokens, Along::kNumbers});
  m.push_back(of_keys("V", a.v, a.head_width, a));
  m.push_back(of_pairs("d weights", s.gradients().d_weights, a, true));
  m.push_back(of_pairs("scores", a.scores, a));
}
double work_back_weights(Working& w) {
  if (absent(w, 3)) return 0;
  const double sum = w.sum_of_products(along_row(0, w.row), along_row(1, w.column));
  equals(w, sum);
  return sum;
}

void back_values(const StageScene& s, Matrices& m) {
  const AttentionStages& a = s.inside();
  back_weights(s, m);
  m.resize(1);
  m.push_back(of_pairs("weights", a.weights, a));
  m.push_back(of_keys("d V", s.gradients().dv, a.head_width, a, true));
}
double work_back_values(Working& w) {
  const double sum = w.sum_of_products(along_column(1, w.row), along_column(0, w.column));
  equals(w, sum);
  return sum;
}

const std::vector<float>& gradient_to_softmax(const AttentionGradients& g) {
  return g.d_softmax.empty() ? g.d_weights : g.d_softmax;
}

void back_drop_weights(const StageScene& s, Matrices& m) {
  m.push_back(of_pairs("d weights that mix", s.gradients().d_weights, s.inside()));
  m.push_back(of_pairs("d softmax's weights", gradient_to_softmax(s.gradients()), s.inside(), true));
}
double work_back_drop_weights(Working& w) {
  w.number(0, w.row, w.column);
  const double after = w.m[1].at(w.row, w.column);
  w.text(" becomes " + figure_of(after));
  return after;
}

void back_softmax(const StageScene& s, Matrices& m) {
  const AttentionGradients& g = s.gradients();
  m.push_back(of_pairs("weights", softmax_gave(s.inside()), s.inside()));
  m.push_back(of_pairs("d weights", gradient_to_softmax(g), s.inside()));
  m.push_back(of_pairs("d scores", g.d_ruled_scores.empty() ? g.d_scores : g.d_ruled_scores, s.inside(), true));
}
// The softmax's Jacobian, ∂w_k/∂s_j = w_k·([k = j] − w_j), times the gradient by all w_k of the row.
double work_back_softmax(Working& w) {
  double along = 0;
  for (int k = 0; k < w.m[0].columns; ++k) along += double{w.m[0].at(w.row, k)} * w.m[1].at(w.row, k);
  const double weight = w.number(0, w.row, w.column);
  w.text(" × (");
  const double value = weight * (w.number(1, w.row, w.column) - along);
  w.text(" − " + figure_of(along) + ", the row's mean by weight)");
  equals(w, value);
  return value;
}

// d_scores, the other side, what it was, and its gradient.
void back_queries(const StageScene& s, Matrices& m) {
  const AttentionStages& a = s.inside();
  m.push_back(of_pairs("d scores", s.gradients().d_scores, a));
  m.push_back(of_keys("K", a.k, a.score_width, a));
  m.push_back(of_queries("d Q", s.gradients().dq, a.score_width, a, true));
}
void back_keys(const StageScene& s, Matrices& m) {
  const AttentionStages& a = s.inside();
  m.push_back(of_pairs("d scores", s.gradients().d_scores, a));
  m.push_back(of_queries("Q", a.q, a.score_width, a));
  m.push_back(of_keys("d K", s.gradients().dk, a.score_width, a, true));
}

// score = Σ v · tanh(q + k), so dq = dk = Σ d_score · v · (1 − tanh²(q + k))
double bent(Working& w, bool of_query) {
  const AttentionStages& a = w.scene.inside();
  double sum = 0;
  const int others = of_query ? a.keys : a.queries, d = w.column;
  for (int other = 0; other < others; ++other) {
    const int i = of_query ? w.row : other, j = of_query ? other : w.row;
    const double t = std::tanh(double{a.q[i * a.score_width + d]} + a.k[j * a.score_width + d]);
    sum += w.m[0].at(i, j) * a.additive[d] * (1 - t * t);
  }
  w.text("over all pairs: d score · " + figure_of(a.additive[d]) + " · (1 − tanh²(q + k))");
  return sum;
}
double scaled(Working& w, double sum) {
  const double by = w.scene.inside().scale;
  if (by != 1) w.text(") × " + figure_of(by));
  return sum * by;
}
double work_back(Working& w, bool of_query) {
  double value;
  if (!w.scene.inside().additive.empty()) {
    value = bent(w, of_query);
  } else {
    if (w.scene.inside().scale != 1) w.text("(");
    value = scaled(
        w, w.sum_of_products(of_query ? along_row(0, w.row) : along_column(0, w.row), along_column(1, w.column)));
  }
  equals(w, value);
  return value;
}
double work_back_queries(Working& w) { return work_back(w, true); }
double work_back_keys(Working& w) { return work_back(w, false); }

constexpr KindRow kRows[] = {
    {StageKind::kBackWeights,
     "Backward through the mix, into the weights: a weight should grow if its value points against the gradient of "
     "what "
     "was mixed.",
     back_weights, work_back_weights},
    {StageKind::kBackValues,
     "Backward through the mix, into the values: each value gets the gradients of all queries that took it, by weight.",
     back_values, work_back_values},
    {StageKind::kBackDropWeights,
     "Backward through dropout and what else training does to weights: what was dropped gets no gradient.",
     back_drop_weights, work_back_drop_weights},
    {StageKind::kBackSoftmax,
     "Backward through the softmax, by its Jacobian: weights share one whole, so a score's gradient counts only as far "
     "as it differs from its row's mean.",
     back_softmax, work_back_softmax},
    {StageKind::kBackQueries,
     "From the scores into the queries: each query is moved along the keys, by the gradients of its scores.",
     back_queries, work_back_queries},
    {StageKind::kBackKeys,
     "From the scores into the keys: each key is moved along the queries that scored it, by the gradients of the "
     "scores.",
     back_keys, work_back_keys},
};

}  // namespace

std::span<const KindRow> attention_back_kinds() { return kRows; }

}  // namespace lab
