#include "core/model/kept_attention.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/attention/position_attention.h"
#include "core/attention/strategy_parts.h"
#include "core/base/error.h"
#include "core/base/named.h"
#include "core/base/simd.h"

namespace lab {

namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

// The parts of a joint projection.
enum Part { kQuery, kKey, kValue };

Row projected(ParameterSet& parameters, const std::string& attention, const Row& x, Part part) {
  const int64_t width = static_cast<int64_t>(x.size());
  return linear_row(parameters[attention + ".in_proj_weight"].value, parameters[attention + ".in_proj_bias"].value, x,
                    part * width, width);
}

// ---- scores of a query and a key, as score.h says them

struct Pair {
  const float *q, *k;  // [D]
  int64_t width;       // D
  std::span<const Tensor> learned;

  float dot() const { return std::inner_product(q, q + width, k, 0.0f); }
};

float norm(const float* x, int64_t width) {
  return std::max(std::sqrt(std::inner_product(x, x + width, x, 0.0f)), 1e-12f);
}

float scaled_dot(const Pair& p) { return p.dot() / std::sqrt(static_cast<float>(p.width)); }
float dot(const Pair& p) { return p.dot(); }
float cosine(const Pair& p) { return p.learned[0][0] * p.dot() / (norm(p.q, p.width) * norm(p.k, p.width)); }
// qᵀ·W·k
float general(const Pair& p) {
  float total = 0;
  for (int64_t row = 0; row < p.width; ++row)
    total += p.q[row] * std::inner_product(p.k, p.k + p.width, p.learned[0].data + row * p.width, 0.0f);
  return total;
}
// vᵀ·tanh(Wq·q + Wk·k)
float additive(const Pair& p) {
  float total = 0;
  for (int64_t a = 0; a < p.learned[2].count(); ++a) {
    const float *wq = p.learned[0].data + a * p.width, *wk = p.learned[1].data + a * p.width;
    total += p.learned[2][a] * std::tanh(std::inner_product(p.q, p.q + p.width, wq, 0.0f) +
                                         std::inner_product(p.k, p.k + p.width, wk, 0.0f));
  }
  return total;
}

struct ScoreRow {
  std::string_view name;
  float (*of)(const Pair&);
};
constexpr ScoreRow kScores[] = {
    {"scaled_dot", scaled_dot}, {"dot", dot}, {"cosine", cosine}, {"general", general}, {"additive", additive}};

// ---- weights of a query from its scores, as strategy.h says them

// A query's pairs: its scores become weights.
struct Pairs {
  const Strategy& strategy;
  const TileMap& map;
  int place;                          // of the query
  int head;                           // within its group
  std::span<const Tensor> learned;    // the strategy's
  std::span<RowRule* const> changes;  // what a viewer changes
  std::vector<int> keys;
  Row numbers;  // one a key

  template <class Number>
  void each(const Number& number) {
    for (size_t n = 0; n < keys.size(); ++n) numbers[n] = number(n);
  }
};

// The kernels' rules take kLanes heads side by side; this one is in all lanes.
void change(Pairs& p, void (RowRule::*numbers)(const QueryRow&, float*)) {
  if (p.changes.empty()) return;
  Row lanes(p.numbers.size() * kLanes);
  for (size_t i = 0; i < lanes.size(); ++i) lanes[i] = p.numbers[i / kLanes];
  const QueryRow row = {0, p.place, p.map.runs(p.place), static_cast<int64_t>(p.numbers.size())};
  for (RowRule* rule : p.changes) (rule->*numbers)(row, lanes.data());
  p.each([&](size_t n) { return lanes[n * kLanes]; });
}

void soften(Pairs& p) {
  if (p.numbers.empty()) return;
  change(p, &RowRule::on_scores);
  const float most = *std::max_element(p.numbers.begin(), p.numbers.end()), base = most == kLowest ? 0 : most;
  float total = 0;
  for (float& number : p.numbers) total += number = std::exp(number - base);
  for (float& number : p.numbers) number = total > 0 ? number / total : 0;
  change(p, &RowRule::on_weights);
}

void by_place(Pairs& p, const PositionLogit& logit) {
  p.each([&](size_t n) { return logit(p.place, p.keys[n]); });
  soften(p);
}
void uniform(Pairs& p) { by_place(p, uniform_logit()); }
void gaussian(Pairs& p) { by_place(p, gaussian_logit(p.map.geometry(), p.strategy.sigma)); }
void identity(Pairs& p) { by_place(p, identity_logit()); }
void left_out(Pairs& p) { std::ranges::fill(p.numbers, 0.0f); }

// R, learned for each pair of a head, in the order of the map's runs
void synthesizer(Pairs& p) {
  int64_t first = p.head * p.map.pairs();
  for (int query = 0; query < p.place; ++query)
    for (const KeyRun& run : p.map.runs(query)) first += run.end - run.begin;
  p.each([&](size_t n) { return p.learned[0][first + static_cast<int64_t>(n)]; });
  soften(p);
}

void temperature(Pairs& p) {
  for (float& score : p.numbers) score *= p.learned[0][p.head];
  soften(p);
}

void fixed_temperature(Pairs& p) {
  for (float& score : p.numbers)
    if (score != kLowest) score *= p.strategy.temperature;
  soften(p);
}

// Of equal scores the earlier ones stay.
void top_k(Pairs& p) {
  std::vector<size_t> order(p.numbers.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p.numbers[a] > p.numbers[b]; });
  for (size_t n = static_cast<size_t>(p.strategy.k); n < order.size(); ++n) p.numbers[order[n]] = kLowest;
  soften(p);
}

// s + log m, m = (ramp + z − distance) / ramp within 0 … 1
void span(Pairs& p) {
  const Geometry& geometry = p.map.geometry();
  const float reach = largest_distance(geometry) / (1 + std::exp(-p.learned[0][p.head]));
  for (size_t n = 0; n < p.keys.size(); ++n) {
    const float mask = (p.strategy.ramp + reach - geometry.distance(p.place, p.keys[n])) / p.strategy.ramp;
    p.numbers[n] = mask <= 0 ? kLowest : p.numbers[n] + std::log(std::min(mask, 1.0f));
  }
  soften(p);
}

// φ(q)·φ(k) / Σ φ(q)·φ(k); the scores are these products already
void share_out(Pairs& p) {
  const float total = std::accumulate(p.numbers.begin(), p.numbers.end(), 0.0f);
  for (float& number : p.numbers) number = total > 0 ? number / total : 0;
}
// φ = elu + 1
float feature(float x) { return x > 0 ? x + 1 : std::exp(x); }
float dot_of_features(const Pair& p) {
  float total = 0;
  for (int64_t d = 0; d < p.width; ++d) total += feature(p.q[d]) * feature(p.k[d]);
  return total;
}

struct StrategyRow {
  std::string_view name;
  void (*weigh)(Pairs&);
  float (*score)(const Pair&) = nullptr;  // where it has one of its own
};
constexpr StrategyRow kStrategies[] = {{"data", soften},
                                       {"linear", share_out, dot_of_features},
                                       {"uniform", uniform},
                                       {"gaussian", gaussian},
                                       {"identity", identity},
                                       {"off", left_out},
                                       {"synthesizer", synthesizer},
                                       {"temperature", temperature},
                                       {"fixed_temperature", fixed_temperature},
                                       {"top_k", top_k},
                                       {"span", span}};

const StrategyRow* strategy_of(std::string_view name) {
  const auto* const row = std::ranges::find(kStrategies, name, &StrategyRow::name);
  return row == std::end(kStrategies) ? nullptr : row;
}

}  // namespace

Row linear_row(const Tensor& weight, const Tensor& bias, const Row& x, int64_t first, int64_t count) {
  const int64_t in = weight.shape[1];
  Row y(count);
  for (int64_t o = 0; o < count; ++o) {
    const float* w = weight.data + (first + o) * in;
    y[o] = std::inner_product(w, w + in, x.begin(), bias[first + o]);
  }
  return y;
}

Row linear_row(ParameterSet& parameters, const std::string& name, const Row& x) {
  const Tensor weight = parameters[name + ".weight"].value;
  return linear_row(weight, parameters[name + ".bias"].value, x, 0, weight.shape[0]);
}

KeptAttention::KeptAttention(ParameterSet& parameters, std::string attention, const EncoderShape& shape, int layer,
                             LayerMaps maps, std::span<const Intervention> changes, Attending attending)
    : parameters_(parameters),
      attention_(std::move(attention)),
      width_(shape.width),
      head_width_(shape.width / shape.heads),
      maps_(std::move(maps)) {
  for (const HeadGroup& heads : head_groups(shape.attention, layer, shape.heads)) {
    const Strategy& strategy = heads.spending.strategy;
    if (!strategy_of(strategy.kind))
      throw Error(
          "The strategy {} looks for the best blocks of a whole text, so this lane cannot write a token at a "
          "time; its probabilities can be read.",
          strategy.kind);
    const auto learned = [&](const std::vector<ScoreParameterSpec>& specs) {
      std::vector<Tensor> tensors;
      for (const ScoreParameterSpec& spec : specs)
        tensors.push_back(parameters[learned_name(attention_, heads, shape.heads, spec.name)].value);
      return tensors;
    };
    groups_.push_back({heads, learned(score_parameters(heads.spending.score, static_cast<int>(head_width_))),
                       learned(strategy_parameters(strategy, heads.count, *maps_.heads[heads.first]))});
  }
  AttentionProblem one;
  one.heads = 1;
  for (int head = 0; head < shape.heads; ++head) changes_.push_back(rules_.add(one, layer, head, changes, attending));
}

void KeptAttention::keep(const Row& x, KeptTokens& kept) const {
  const Row key = projected(parameters_, attention_, x, kKey), value = projected(parameters_, attention_, x, kValue);
  kept.keys.insert(kept.keys.end(), key.begin(), key.end());
  kept.values.insert(kept.values.end(), value.begin(), value.end());
}

Row KeptAttention::look(const Row& x, const KeptTokens& kept, int place) const {
  const Row query = projected(parameters_, attention_, x, kQuery);
  Row mixed(x.size());
  for (const Group& group : groups_)
    for (int head = group.heads.first; head < group.heads.first + group.heads.count; ++head) {
      const int64_t first = head * head_width_;
      const Row weight = weights(group, head, query.data() + first, kept, place);
      size_t n = 0;
      for (const KeyRun& run : maps_.heads[head]->runs(place))
        for (int key = run.begin; key < std::min<int>(run.end, static_cast<int>(kept.keys.size() / width_)); ++key, ++n)
          for (int64_t d = 0; d < head_width_; ++d)
            mixed[first + d] += weight[n] * kept.values[key * width_ + first + d];
    }
  return linear_row(parameters_, attention_ + ".out_proj", mixed);
}

Row KeptAttention::weights(const Group& group, int head, const float* query, const KeptTokens& kept, int place) const {
  const Spending& spending = group.heads.spending;
  const StrategyRow& strategy = *strategy_of(spending.strategy.kind);
  const auto score = strategy.score ? strategy.score : find_named(kScores, spending.score, "score", &ScoreRow::name).of;
  const int tokens = static_cast<int>(kept.keys.size() / width_);
  Pairs pairs = {spending.strategy, *maps_.heads[head], place, head - group.heads.first,
                 group.strategy,    changes_[head],     {},    {}};
  for (const KeyRun& run : pairs.map.runs(place))
    for (int key = run.begin; key < std::min(run.end, tokens); ++key) {
      pairs.keys.push_back(key);
      pairs.numbers.push_back(
          score({query, kept.keys.data() + key * width_ + head * head_width_, head_width_, group.score}));
    }
  strategy.weigh(pairs);
  return std::move(pairs.numbers);
}

}  // namespace lab
