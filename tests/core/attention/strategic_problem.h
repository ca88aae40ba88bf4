#pragma once
// A problem whose weights come from a strategy, and the oracle of all strategies but linear attention: every one is
// the softmax of some logits.

#include <algorithm>
#include <string>
#include <vector>

#include "core/attention/spending.h"
#include "tests/core/attention/problem.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"

namespace lab {

/// settings.pattern may say strategy=… too.
struct StrategicProblem : Problem {
  explicit StrategicProblem(ProblemSettings s)
      : Problem(without_strategy(s), Kernel::kAutomatic), strategy(parse_allocation(s.pattern).strategy) {
    for (const ScoreParameterSpec& spec : strategy_parameters(strategy, s.heads, *problem.map))
      learned.push_back({inputs.draw(spec.shape), inputs.draw(spec.shape)});
    attention = make_strategic_attention("scaled_dot", strategy, problem, learned, inputs.arena());
  }

  static ProblemSettings without_strategy(ProblemSettings s) {
    s.pattern = text(parse_allocation(s.pattern).pattern);
    return s;
  }

  Strategy strategy;
  std::vector<ScoreTensor> learned;
};

namespace reference {

/// The logits of one row from its scores; −∞ where there is no pair.
template <class T>
Numbers<T> strategic_logits(const StrategicProblem& p, const Numbers<T>& learned, int head, int i, Numbers<T> s) {
  const Strategy& strategy = p.strategy;
  const Geometry& geometry = p.problem.map->geometry();
  const Numbers<T> scores = s;
  size_t pair = static_cast<size_t>(head * p.problem.map->pairs());
  for (int row = 0; row < i; ++row)
    for (int j = 0; j < p.problem.keys(); ++j) pair += p.problem.map->exists(row, j);
  const double furthest = geometry.is_grid() ? std::hypot(geometry.rows - 1, geometry.columns - 1)
                                             : std::max(geometry.queries, geometry.keys) - 1;
  for (int j = 0; j < p.problem.keys(); ++j) {
    const size_t this_pair = pair;
    pair += p.problem.map->exists(i, j);
    if (!std::isfinite(real(s[j]))) continue;
    const double distance = geometry.distance(i, j);
    if (strategy.kind == "uniform") s[j] = 0;
    if (strategy.kind == "gaussian") s[j] = -distance * distance / (2.0 * strategy.sigma * strategy.sigma);
    if (strategy.kind == "identity") s[j] = i == j ? 0 : -INFINITY;
    if (strategy.kind == "off") s[j] = -INFINITY;
    if (strategy.kind == "synthesizer") s[j] = learned[this_pair];
    if (strategy.kind == "temperature") s[j] *= learned[head];
    if (strategy.kind == "fixed_temperature") s[j] *= double{strategy.temperature};
    if (strategy.kind == "top_k") {
      const auto better = [&](const T& other) { return real(other) > real(scores[j]); };
      if (std::count_if(scores.begin(), scores.end(), better) >= strategy.k) s[j] = -INFINITY;
    }
    if (strategy.kind == "span") {
      const T reach = std::max(furthest, 1.0) / (T(1) + std::exp(-learned[head]));
      const T mask = (reach + double{strategy.ramp} - distance) / double{strategy.ramp};
      if (real(mask) <= 0) s[j] = -INFINITY;
      if (real(mask) > 0 && real(mask) < 1) s[j] += std::log(mask);
    }
  }
  return s;
}

template <class T>
Attended<T> strategic_attention(const StrategicProblem& p, const Numbers<T>& q, const Numbers<T>& k,
                                const Numbers<T>& v, const Numbers<T>& learned, int64_t index) {
  const size_t width = p.settings.head_width, keys = p.problem.keys();
  const int picture = static_cast<int>(index / p.settings.heads), head = static_cast<int>(index % p.settings.heads);
  Attended<T> result{{}, Numbers<T>(q.size())};
  for (int i = 0; i < p.problem.queries(); ++i) {
    Numbers<T> scores(keys, T(-INFINITY));
    for (size_t j = 0; j < keys; ++j) {
      if (!p.exists(picture, i, static_cast<int>(j))) continue;
      scores[j] = T{};
      for (size_t d = 0; d < width; ++d) scores[j] += q[i * width + d] * k[j * width + d] * T(p.problem.scale);
    }
    const Numbers<T> weights = softmax(strategic_logits(p, learned, head, i, scores));
    for (size_t j = 0; j < keys; ++j)
      for (size_t d = 0; d < width; ++d) result.out[i * width + d] += weights[j] * v[j * width + d];
    result.weights.insert(result.weights.end(), weights.begin(), weights.end());
  }
  return result;
}

}  // namespace reference
}  // namespace lab
