// Dropout, penalties and guidance of attention weights: against the oracle, forward and backward, and by their
// statistics.

#include <gtest/gtest.h>

#include <limits>

#include "core/attention/attention_dropout.h"
#include "core/attention/guidance_rule.h"
#include "core/attention/weight_penalty.h"
#include "core/base/error.h"
#include "core/base/lane_rng.h"
#include "core/base/parallel.h"
#include "tests/core/attention/problem.h"
#include "tests/core/number_of_threads.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"

namespace lab {
namespace {

using reference::Complex;
using reference::expect_close;
using Numbers = std::vector<double>;
template <class T>
using Many = std::vector<T>;

struct Settings {
  float dropout = 0, squares = 0, entropy = 0;
  float guidance = 0;
  bool all_queries = true;
  uint64_t step = 3;
  bool by_query = false;
};
const Rng kRng(7, stream::kAttentionDropout);

// A problem whose attention follows the rules.
struct Ruled : Problem {
  Ruled(const ProblemSettings& sizes, const Settings& s, int layers = 2)
      : Problem(sizes, Kernel::kPairs),
        settings_of_rules(s),
        penalty(problem, &settings_of_rules.squares, &settings_of_rules.entropy,
                int64_t{layers} * sizes.batch * sizes.heads * problem.queries()),
        guidance{s.guidance, s.all_queries, {}, {}, s.by_query ? some_pairs() : some_keys(), s.by_query},
        guide(problem, guidance, 0, family, inputs.arena()),
        dropout(problem, &settings_of_rules.dropout, &settings_of_rules.step, kRng, inputs.arena()),
        rules{&penalty, &guide, &dropout} {
    problem.rules = rules;
    attention = make_attention(problem, inputs.arena());
  }
  // About a third of each picture's keys; of the second picture none.
  std::vector<float> some_keys() {
    std::vector<float> keys(static_cast<size_t>(problem.batch) * problem.keys());
    for (size_t i = 0; i < keys.size(); ++i)
      keys[i] = inputs.rng().below(3) == 0 && static_cast<int>(i) / problem.keys() != 1;
    return keys;
  }
  // Of each query some keys, one more than the other; of every third query none.
  std::vector<float> some_pairs() {
    std::vector<float> pairs(static_cast<size_t>(problem.batch) * problem.queries() * problem.keys());
    for (size_t i = 0; i < pairs.size(); ++i)
      if (i / problem.keys() % 3 != 2 && inputs.rng().below(2) == 0) pairs[i] = 0.2f + inputs.rng().uniform();
    return pairs;
  }
  double target(int picture, int query, int key) const {
    const bool guided = guidance.all_queries || query < std::max(problem.map->geometry().prefix, 1);
    if (!guided || !(guidance.weight > 0) || !exists(picture, query, key)) return 0;
    const size_t row = guidance.by_query ? size_t{1} * picture * problem.queries() + query : picture;
    return guidance.targets[row * problem.keys() + key];
  }
  double targets_of(int picture, int query) const {
    double sum = 0;
    for (int key = 0; key < problem.keys(); ++key) sum += target(picture, query, key);
    return sum;
  }
  double guided_queries() const {
    int count = 0;
    for (int picture = 0; picture < problem.batch; ++picture)
      for (int query = 0; query < problem.queries(); ++query) count += targets_of(picture, query) > 0;
    return count * problem.heads;
  }
  Settings settings_of_rules;
  WeightPenalty penalty;
  Guidance guidance;
  GuidanceRule::Family family;
  GuidanceRule guide;
  AttentionDropout dropout;
  std::vector<RowRule*> rules;
};

// Number `pair` of a head, as the header of AttentionDropout says.
bool dropped(const Ruled& p, int64_t head, int64_t pair) {
  const uint64_t quads = (p.problem.map->pairs() + 3) / 4;
  const auto words = kRng.words((p.settings_of_rules.step << 32) + head * quads + pair / 4);
  return to_unit(words[pair % 4]) < p.settings_of_rules.dropout;
}

Numbers part(Tensor tensor, int64_t head, int64_t heads) {
  const int64_t count = tensor.count() / heads;
  return {tensor.data + head * count, tensor.data + (head + 1) * count};
}

// Σ d_out · out + penalties of one head.
template <class T>
T loss_of(const Ruled& p, int64_t head, const Many<T>& q, const Many<T>& k, const Many<T>& v, Many<T>* out = nullptr) {
  const int64_t heads = int64_t{p.settings.batch} * p.settings.heads, width = p.settings.head_width;
  const TileMap& map = *p.problem.map;
  const auto exists = [&](int i, int j) { return p.exists(static_cast<int>(head / p.settings.heads), i, j); };
  const Many<T> weights = reference::attention(q, k, v, width, p.problem.scale, exists).weights;
  const Numbers d_out = part(p.d_out, head, heads);
  const T share = T(1.0 / (heads * map.queries() * 2));
  const int picture = static_cast<int>(head / p.settings.heads);
  const T guidance = T(p.guidance.weight / std::max(p.guided_queries(), 1.0));
  T loss{};
  int64_t pair = 0;
  for (int i = 0; i < map.queries(); ++i) {
    const double targets = p.targets_of(picture, i);
    for (int j = 0; j < map.keys(); ++j) {
      if (!map.exists(i, j)) continue;
      const bool gone = dropped(p, head, pair++);
      const T weight = weights[i * map.keys() + j];
      if (reference::real(weight) == 0) continue;
      loss += share * T(p.settings_of_rules.squares) * weight * weight;
      loss -= share * T(p.settings_of_rules.entropy) * weight * std::log(weight);
      if (const double t = p.target(picture, i, j); t > 0) loss -= guidance * std::log(weight) * T(t / targets);
      if (gone) continue;
      for (int64_t d = 0; d < width; ++d) {
        const T mixed = weight * v[j * width + d] / T(1 - double{p.settings_of_rules.dropout});
        loss += mixed * T(d_out[i * width + d]);
        if (out) (*out)[i * width + d] += mixed;
      }
    }
  }
  return loss;
}

void expect_as_reference(const ProblemSettings& sizes, const Settings& settings) {
  SCOPED_TRACE(fmt::format("{}, B {} H {}, p {}, λ {}, μ {}", sizes.pattern, sizes.batch, sizes.heads, settings.dropout,
                           settings.squares, settings.entropy));
  Ruled p(sizes, settings);
  p.run().run();
  const int64_t heads = int64_t{sizes.batch} * sizes.heads;
  for (int64_t head = 0; head < heads; ++head) {
    const Numbers q = part(p.q, head, heads), k = part(p.k, head, heads), v = part(p.v, head, heads);
    Numbers out(q.size());
    loss_of<double>(p, head, q, k, v, &out);
    expect_close(part(p.out, head, heads), out, "out", 3e-6);
    const Many<Complex> cq = reference::as_complex(q), ck = reference::as_complex(k), cv = reference::as_complex(v);
    using Loss = Many<Complex>;
    const auto by_q = [&](const Many<Complex>& at) { return Loss{loss_of(p, head, at, ck, cv)}; };
    const auto by_k = [&](const Many<Complex>& at) { return Loss{loss_of(p, head, cq, at, cv)}; };
    const auto by_v = [&](const Many<Complex>& at) { return Loss{loss_of(p, head, cq, ck, at)}; };
    expect_close(part(p.dq, head, heads), reference::pull_back(by_q, q, {1}), "dq");
    expect_close(part(p.dk, head, heads), reference::pull_back(by_k, k, {1}), "dk");
    expect_close(part(p.dv, head, heads), reference::pull_back(by_v, v, {1}), "dv");
  }
}

TEST(AttentionRules, ForwardAndBackwardAreTheOracles) {
  for (const char* pattern : {"dense", "dense:causal", "local:window=2", "block:block=3,global=1"})
    for (const Settings& settings :
         {Settings{0, 0, 0, 50, true, 3, true}, Settings{0.3f, 20, -15, 50, false, 3, true}, Settings{0.4f, 0, 0},
          Settings{0, 40, 0}, Settings{0, 0, 30}, Settings{0, 0, -30}, Settings{0.3f, 20, -15}, Settings{0, 0, 0},
          Settings{0, 0, 0, 50}, Settings{0, 0, 0, 50, false}, Settings{0.3f, 20, -15, 50}})
      for (int heads : {1, 3, 17}) expect_as_reference({pattern, Geometry::sequence(7), 2, heads, 3}, settings);
}

TEST(AttentionRules, KeysThatDoNotExistAndRowsWithoutAnyAreLeftAlone) {
  expect_as_reference({"dense", Geometry::sequence(6), 3, 2, 3, {6, 2, 0}}, {0.3f, 20, 15});
  expect_as_reference({"local:window=1", Geometry::sequence(9, 4), 2, 1, 2}, {0.3f, 20, -15, 30});
  expect_as_reference({"dense", Geometry::sequence(4, 6), 3, 2, 3, {6, 2, 0}}, {0, 0, 0, 30, true, 3, true});
}

TEST(AttentionRules, LaneWordsAreTheWordsOfRng) {
  LaneCounter counter;
  for (int lane = 0; lane < kLanes; ++lane) counter.low[lane] = 0x9E3779B9u * lane, counter.high[lane] = 7u * lane;
  const LaneWords words = lane_words(kRng, counter);
  for (int lane = 0; lane < kLanes; ++lane) {
    const auto expected = kRng.words((uint64_t{counter.high[lane]} << 32) + counter.low[lane]);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(words.at[i][lane], expected[i]);
  }
}

TEST(AttentionRules, LogarithmsAreGood) {
  for (int power = -37; power <= 37; ++power)
    for (float mantissa : {1.0f, 1.37f, 2.9f, 7.07f, 9.99f}) {
      const float x = mantissa * std::pow(10.0f, static_cast<float>(power));
      EXPECT_NEAR(log(splat(x))[0], std::log(double{x}), 3e-7 * std::max(1.0, std::abs(std::log(double{x}))));
    }
  EXPECT_NEAR(log(Lanes{})[0], -87.336, 1e-3);
  EXPECT_TRUE(std::isnan(log(splat(std::numeric_limits<float>::quiet_NaN()))[0]));
}

TEST(AttentionRules, DropsItsShareAndKeepsTheExpectation) {
  const ProblemSettings sizes{"dense", Geometry::sequence(20), 3, 5, 4};
  const Ruled still(sizes, {});
  Ruled p(sizes, {0.25f, 0, 0});
  Problem plain(sizes, Kernel::kPairs);
  plain.run();
  Numbers mean(p.out.count());
  constexpr int kSteps = 2000;
  double share = 0;
  std::vector<uint8_t> gone(5 * 20 * 20);
  for (int step = 0; step < kSteps; ++step) {
    p.settings_of_rules.step = step;
    p.attention->forward(HeadRows::of(p.q), HeadRows::of(p.k), HeadRows::of(p.v), HeadRows::of(p.out));
    for (int64_t i = 0; i < p.out.count(); ++i) mean[i] += p.out[i] / double{kSteps};
    p.dropout.dropped(1, gone);
    for (uint8_t one : gone) share += one / (double{kSteps} * static_cast<double>(gone.size()));
  }
  EXPECT_NEAR(share, 0.25, 0.003);
  for (int64_t i = 0; i < p.out.count(); ++i) EXPECT_NEAR(mean[i], plain.out[i], 0.08) << i;
}

TEST(AttentionRules, WhatIsSaidToBeDroppedMixesNothing) {
  Ruled p({"local:window=1", Geometry::sequence(6), 2, 3, 2}, {0.5f, 0, 0});
  p.attention->forward(HeadRows::of(p.q), HeadRows::of(p.k), HeadRows::of(p.v), HeadRows::of(p.out));
  p.attention->weights(p.weights);
  std::vector<uint8_t> gone(3 * 6 * 6);
  p.dropout.dropped(1, gone);
  int count = 0;
  for (int64_t i = 0; i < static_cast<int64_t>(gone.size()); ++i) {
    const float mixed = p.weights[3 * 36 + i];
    const bool exists = p.problem.map->exists(static_cast<int>(i / 6 % 6), static_cast<int>(i % 6));
    EXPECT_EQ(mixed == 0, gone[i] == 1 || !exists);
    count += gone[i];
  }
  EXPECT_GT(count, 5);
}

TEST(AttentionRules, PenaltiesOfEvenAndSingleWeightsAreKnown) {
  Ruled p({"dense", Geometry::sequence(8), 3, 1, 2}, {0, 1, 1}, 1);
  std::fill(p.q.begin(), p.q.end(), 0.0f);
  p.run();
  EXPECT_NEAR(p.penalty.mean_squares(), 1.0 / 8, 1e-6);
  EXPECT_NEAR(p.penalty.mean_entropy(), std::log(8.0), 1e-5);
  Ruled self({"local:window=0", Geometry::sequence(8), 3, 1, 2}, {0, 1, 1}, 1);
  self.run();
  EXPECT_NEAR(self.penalty.mean_squares(), 1, 1e-6);
  EXPECT_NEAR(self.penalty.mean_entropy(), 0, 1e-6);
}

TEST(AttentionRules, GuidanceMeasuresWhatIsKnown) {
  // Even weights over 8 keys: KL of the even target over t of them is log(8/t), and they have t/8 of the attention.
  Ruled p({"dense", Geometry::sequence(8), 3, 1, 2}, {0, 0, 0, 1});
  std::fill(p.q.begin(), p.q.end(), 0.0f);
  std::fill(p.guidance.targets.begin(), p.guidance.targets.end(), 0.0f);
  for (int picture : {0, 2}) p.guidance.targets[picture * 8 + 1] = p.guidance.targets[picture * 8 + 5] = 1;
  p.run();
  const GuidanceRule::Sums sums = GuidanceRule::sums(p.family);
  EXPECT_EQ(sums.queries, 16);  // of two pictures; the third has no target
  EXPECT_NEAR(sums.divergence / sums.queries, std::log(4.0), 1e-6);
  EXPECT_NEAR(sums.on_target / sums.queries, 0.25, 1e-6);
}

TEST(AttentionRules, GuidanceByQueryMeasuresWhatIsKnown) {
  // Even weights over 4 keys, against a target of 3/4 and 1/4: KL is log 4 minus the target's entropy.
  Ruled p({"dense", Geometry::sequence(2, 4), 3, 1, 2}, {0, 0, 0, 1, true, 3, true});
  std::fill(p.q.begin(), p.q.end(), 0.0f);
  std::fill(p.guidance.targets.begin(), p.guidance.targets.end(), 0.0f);
  p.guidance.targets[(2 * 2 + 1) * 4 + 0] = 6, p.guidance.targets[(2 * 2 + 1) * 4 + 3] = 2;  // the third's second query
  p.run();
  const GuidanceRule::Sums sums = GuidanceRule::sums(p.family);
  EXPECT_EQ(sums.queries, 1);
  EXPECT_NEAR(sums.divergence, std::log(4.0) + 0.75 * std::log(0.75) + 0.25 * std::log(0.25), 1e-6);
  EXPECT_NEAR(sums.on_target, 0.5, 1e-6);
}

TEST(AttentionRules, GuidanceKeepsToItsHeads) {
  Ruled p({"dense", Geometry::sequence(8), 2, 4, 2}, {0, 0, 0, 1});
  std::fill(p.guidance.targets.begin(), p.guidance.targets.end(), 1.0f);
  p.guidance.heads = {2, 3};
  p.run();
  EXPECT_EQ(GuidanceRule::sums(p.family).queries, 2 * 2 * 8);
}

TEST(AttentionRules, TheSameBitsOnAnyNumberOfThreads) {
  std::vector<Numbers> results;
  for (int count : {1, 2, 5}) {
    const NumberOfThreads these(count);
    Ruled p({"local:window=3", Geometry::sequence(31), 7, 5, 4}, {0.2f, 3, -2, 2});
    p.run();
    Numbers all;
    for (Tensor t : {p.out, p.dq, p.dk, p.dv}) all.insert(all.end(), t.begin(), t.end());
    all.push_back(p.penalty.mean_entropy());
    all.push_back(GuidanceRule::sums(p.family).divergence);
    results.push_back(all);
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(AttentionRules, WeightsThatWouldNotFitAreRefusedWithTheirSize) {
  Ruled p({"dense", Geometry::sequence(4), 1, 1, 1}, {0.1f, 0, 0});
  p.problem.batch = 100'000'000;
  const std::string refusal = [&] {
    try {
      make_attention(p.problem, p.inputs.arena());
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  }();
  EXPECT_NE(refusal.find("6103 MiB"), std::string::npos) << refusal;
}

}  // namespace
}  // namespace lab
