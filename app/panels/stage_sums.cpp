#include "app/panels/stage_sums.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr size_t kMostTerms = 6;

struct Term {
  std::string text;
  double value;
};

/// A number as a factor: −0.4 in brackets, so that signs do not run together.
std::string factor(double value) { return value < 0 ? "(" + brief(value) + ")" : brief(value); }

std::string joined(const std::vector<Term>& terms) {
  std::string text;
  for (size_t i = 0; i < std::min(terms.size(), kMostTerms); ++i) text += (i > 0 ? " + " : "") + terms[i].text;
  if (terms.size() > kMostTerms) {
    double rest = 0;
    for (size_t i = kMostTerms; i < terms.size(); ++i) rest += terms[i].value;
    text += fmt::format(" + {} more, together {}", terms.size() - kMostTerms, brief(rest));
  }
  return text;
}

float at(const std::vector<float>& matrix, int row, int columns, int column) {
  return matrix[static_cast<size_t>(row) * columns + column];
}

bool exists(const AttentionStages& s, const StageCell& c) {
  return std::isfinite(at(s.scores, c.query, s.keys, c.key));
}

constexpr const char* kNoPair = "no such pair: it is never computed";

}  // namespace

std::string score_sum(const AttentionStages& s, const StageCell& c) {
  if (!exists(s, c)) return kNoPair;
  std::vector<Term> terms;
  for (int d = 0; d < s.score_width; ++d) {
    const double q = at(s.q, c.query, s.score_width, d), k = at(s.k, c.key, s.score_width, d);
    if (s.additive.empty())
      terms.push_back({factor(q) + "·" + factor(k), q * k});
    else
      terms.push_back({fmt::format("{}·tanh({} + {})", factor(s.additive[d]), brief(q), factor(k)),
                       s.additive[d] * std::tanh(q + k)});
  }
  const std::string sum = joined(terms), score = brief(at(s.scores, c.query, s.keys, c.key));
  return s.scale == 1 ? sum + " = " + score : fmt::format("{} · ({}) = {}", brief(s.scale), sum, score);
}

std::string softmax_sum(const AttentionStages& s, const StageCell& c) {
  if (!exists(s, c)) return kNoPair;
  float largest = -INFINITY;
  for (int j = 0; j < s.keys; ++j) largest = std::max(largest, at(s.scores, c.query, s.keys, j));
  double total = 0;
  for (int j = 0; j < s.keys; ++j) total += std::exp(static_cast<double>(at(s.scores, c.query, s.keys, j)) - largest);
  return fmt::format("e^({} − {}) / {} = {}", brief(at(s.scores, c.query, s.keys, c.key)), factor(largest),
                     brief(total), brief(at(s.weights, c.query, s.keys, c.key)));
}

std::string mix_sum(const AttentionStages& s, const StageCell& c) {
  std::vector<Term> terms;
  for (int j = 0; j < s.keys; ++j) {
    if (!exists(s, {c.query, j, 0})) continue;
    const double weight = at(s.weights, c.query, s.keys, j), value = at(s.v, j, s.head_width, c.number);
    terms.push_back({brief(weight) + "·" + factor(value), weight * value});
  }
  std::stable_sort(terms.begin(), terms.end(),
                   [](const Term& a, const Term& b) { return std::abs(a.value) > std::abs(b.value); });
  return (terms.empty() ? "nothing" : joined(terms)) + " = " + brief(at(s.out, c.query, s.head_width, c.number));
}

}  // namespace lab
