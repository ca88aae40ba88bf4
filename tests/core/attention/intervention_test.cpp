// Interventions on attention: what each does to weights and output, and that it does it to nothing else; and the way
// back through them against the complex-step derivative of the same in scalars.

#include "core/attention/intervention.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/core/attention/problem.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"

namespace lab {
namespace {

using What = Intervention::What;
using Numbers = std::vector<double>;

constexpr int kHeads = 3, kBatch = 7, kTokens = 6, kLayer = 1;  // heads that do not fill vector lanes evenly

// Attention as it is, and with some interventions, on the same numbers.
struct Changed : Problem {
  explicit Changed(const std::vector<Intervention>& changes, const char* pattern = "dense")
      : Problem({pattern, Geometry::sequence(kTokens), kBatch, kHeads, 4}, Kernel::kPairs) {
    problem.rules = rules.add(problem, kLayer, 0, changes, Attending::kTokens, &inputs.arena());
    attention = make_attention(problem, inputs.arena());
    forward();
  }
  void forward() {
    attention->forward(HeadRows::of(q), HeadRows::of(k), HeadRows::of(v), HeadRows::of(out));
    attention->weights(weights);
  }
  void backward() { attention->backward(HeadRows::of(d_out), HeadRows::of(dq), HeadRows::of(dk), HeadRows::of(dv)); }
  // One query's weights.
  Numbers row(int picture, int head, int query) const {
    const float* first = weights.data + ((picture * kHeads + head) * kTokens + query) * kTokens;
    return {first, first + kTokens};
  }
  InterventionRules rules;
};

template <class Body>
void each_row(const Body& body) {
  for (int picture = 0; picture < kBatch; ++picture)
    for (int head = 0; head < kHeads; ++head)
      for (int query = 0; query < kTokens; ++query) body(picture, head, query);
}

// `expected(row as it was, query)`, of head 1; all other heads keep their bits.
template <class Expected>
void expect_changed(const Intervention& change, const Expected& expected, const char* pattern = "dense") {
  const Changed plain({}, pattern), changed({change}, pattern);
  each_row([&](int picture, int head, int query) {
    const Numbers before = plain.row(picture, head, query), after = changed.row(picture, head, query);
    if (head != 1) {
      EXPECT_EQ(after, before);
      return;
    }
    const Numbers wanted = expected(before, query);
    for (int key = 0; key < kTokens; ++key) EXPECT_NEAR(after[key], wanted[key], 1e-6) << query << ", " << key;
  });
}

Numbers normalised(Numbers row) {
  double total = 0;
  for (const double weight : row) total += weight;
  if (total > 0)
    for (double& weight : row) weight /= total;
  return row;
}

TEST(Interventions, OffIsNothing) {
  expect_changed({What::kOff, 0, kLayer, 1}, [](const Numbers& row, int) { return Numbers(row.size()); });
  const Changed off({{What::kOff, 0, kLayer, 1}});
  const int64_t head = kTokens * 4;
  for (int64_t i = 0; i < head; ++i) EXPECT_EQ(off.out[head + i], 0);
}

TEST(Interventions, UniformIsEvenOverTheKeysThatExist) {
  const auto even = [](Numbers row, int) {
    for (double& weight : row) weight = weight > 0;
    return normalised(row);
  };
  expect_changed({What::kUniform, 0, kLayer, 1}, even);
  expect_changed({What::kUniform, 0, kLayer, 1}, even, "local:window=1");
}

TEST(Interventions, ATemperatureIsAPowerOfTheWeights) {
  for (const float amount : {2.0f, 0.5f, 0.0f})
    expect_changed(
        {What::kTemperature, 0, -1, 1, amount},
        [&](Numbers row, int) {
          for (double& weight : row) weight = weight > 0 ? std::pow(weight, double{amount}) : 0;
          return normalised(row);
        },
        "local:window=2");
}

TEST(Interventions, AMaskedKeyIsThereForNoOne) {
  expect_changed({What::kMask, 0, -1, 1, 1, -1, 2}, [](Numbers row, int) {
    row[2] = 0;
    return normalised(row);
  });
  const Changed lonely({{What::kMask, 0, -1, -1, 1, -1, 3}}, "local:window=0");
  EXPECT_EQ(lonely.row(0, 0, 3), Numbers(kTokens));  // it saw itself alone
  EXPECT_EQ(lonely.row(0, 0, 2)[2], 1);
}

TEST(Interventions, AWeightIsSetAndTheRowStillSumsToOne) {
  expect_changed({What::kWeight, 0, kLayer, 1, 0.7f, 4, 2}, [](Numbers row, int query) {
    if (query != 4) return row;
    const double rest = 1 - row[2];
    for (double& weight : row) weight *= 0.3 / rest;
    row[2] = 0.7;
    return row;
  });
  // A pair that does not exist, and a weight with none beside it, stay as they are.
  const auto same = [](const Numbers& row, int) { return row; };
  expect_changed({What::kWeight, 0, kLayer, 1, 0.7f, 4, 0}, same, "local:window=1");
  expect_changed({What::kWeight, 0, kLayer, 1, 0.2f, 4, 4}, same, "local:window=0");
}

TEST(Interventions, InAnotherLayerOrTakenBackLeaveNoRule) {
  const Changed plain({});
  for (const Intervention& none :
       {Intervention{What::kOff, 0, 0, 1}, Intervention{What::kOff, 0, -1, 5}, Intervention{What::kOff, 0, -1, -1, 0},
        Intervention{What::kMask, 0, -1, -1, 0, -1, 2}, Intervention{What::kTemperature, 0, -1, -1, 1}}) {
    const Changed changed({none});
    EXPECT_TRUE(changed.problem.rules.empty());
    EXPECT_TRUE(std::equal(changed.out.begin(), changed.out.end(), plain.out.begin()));
  }
}

TEST(Interventions, AreCarriedOutInTheSameOrderWhateverTheOrderTheyCameIn) {
  const Intervention mask{What::kMask, 0, -1, 1, 1, -1, 2}, uniform{What::kUniform, 0, -1, 1},
      weight{What::kWeight, 0, -1, 1, 0.5f, 4, 1};
  const Changed one({mask, uniform, weight}), other({weight, uniform, mask});
  each_row([&](int picture, int head, int query) {
    EXPECT_EQ(one.row(picture, head, query), other.row(picture, head, query));
  });
  EXPECT_EQ(one.row(2, 1, 4)[2], 0);
  EXPECT_NEAR(one.row(2, 1, 4)[1], 0.5, 1e-6);
  EXPECT_NEAR(one.row(2, 1, 4)[0], 0.125, 1e-6);
}

// One row's scores to its weights, with the interventions on that head, in order.
template <class T>
std::vector<T> changed_row(std::vector<T> scores, int head, int query, std::vector<Intervention> changes) {
  std::erase_if(changes, [&](const Intervention& one) { return !one.active() || !one.touches(kLayer, head); });
  std::stable_sort(changes.begin(), changes.end(), [](auto& a, auto& b) { return a.what < b.what; });
  for (const Intervention& one : changes)
    for (int key = 0; key < kTokens; ++key) {
      T& score = scores[key];
      if (reference::real(score) == -INFINITY) continue;
      if (one.what == What::kTemperature) score *= T(one.amount);
      if (one.what == What::kUniform) score = T{};
      if (one.what == What::kMask && key == one.key) score = T(-INFINITY);
    }
  std::vector<T> weights = reference::softmax(scores);
  for (const Intervention& one : changes) {
    if (one.what == What::kOff) std::fill(weights.begin(), weights.end(), T{});
    if (one.what != What::kWeight || one.query != query) continue;
    T rest{};  // beside the key
    for (int key = 0; key < kTokens; ++key) rest += key == one.key ? T{} : weights[key];
    if (!(reference::real(weights[one.key]) > 0 && reference::real(rest) > 1e-12)) continue;
    for (T& weight : weights) weight *= T(1.0 - double{one.amount}) / rest;
    weights[one.key] = T(double{one.amount});
  }
  return weights;
}

// The output of one head, of its q, k and v, one after the other.
std::vector<reference::Complex> changed_head(const Changed& p, const std::vector<Intervention>& changes, int head,
                                             const std::vector<reference::Complex>& qkv) {
  const size_t width = 4, side = kTokens * width;
  std::vector<reference::Complex> out(side);
  for (int i = 0; i < kTokens; ++i) {
    std::vector<reference::Complex> scores(kTokens, -INFINITY);
    for (int j = 0; j < kTokens; ++j) {
      if (!p.problem.map->exists(i, j)) continue;
      scores[j] = 0;
      for (size_t d = 0; d < width; ++d)
        scores[j] += qkv[i * width + d] * qkv[side + j * width + d] * double{p.problem.scale};
    }
    const auto weights = changed_row(scores, head, i, changes);
    for (int j = 0; j < kTokens; ++j)
      for (size_t d = 0; d < width; ++d) out[i * width + d] += weights[j] * qkv[2 * side + j * width + d];
  }
  return out;
}

Numbers of_head(std::initializer_list<Tensor> tensors, int64_t number) {
  Numbers all;
  for (const Tensor& tensor : tensors) {
    const int64_t count = tensor.count() / (kBatch * kHeads);
    all.insert(all.end(), tensor.data + number * count, tensor.data + (number + 1) * count);
  }
  return all;
}

TEST(Interventions, TheWayBackIsTheComplexStepDerivative) {
  const Intervention sharper{What::kTemperature, 0, -1, 1, 2.5f}, uniform{What::kUniform, 0, -1, 0},
      mask{What::kMask, 0, -1, -1, 1, -1, 2}, weight{What::kWeight, 0, -1, 1, 0.7f, 4, 3},
      another{What::kWeight, 0, -1, 1, 0.2f, 4, 5}, off{What::kOff, 0, -1, 2},
      extreme{What::kTemperature, 0, -1, 1, 25};  // one weight is nearly all there is
  const std::vector<std::vector<Intervention>> all = {{sharper},
                                                      {uniform},
                                                      {mask},
                                                      {weight},
                                                      {off},
                                                      {weight, another},
                                                      {weight, extreme},
                                                      {off, weight, uniform, mask, another, sharper}};
  for (const char* pattern : {"dense", "local:window=2"})
    for (const std::vector<Intervention>& changes : all) {
      Changed p(changes, pattern);
      p.backward();
      for (int64_t number = 0; number < kBatch * kHeads; ++number) {
        const int head = static_cast<int>(number % kHeads);
        const auto f = [&](const std::vector<reference::Complex>& qkv) { return changed_head(p, changes, head, qkv); };
        reference::expect_close(of_head({p.dq, p.dk, p.dv}, number),
                                reference::pull_back(f, of_head({p.q, p.k, p.v}, number), of_head({p.d_out}, number)),
                                pattern);
      }
    }
}

TEST(Interventions, AreSaidInWords) {
  EXPECT_EQ(text({What::kOff, 0, 0, 1}, "", ""), "layer 1, head 2 switched off");
  EXPECT_EQ(text({What::kTemperature, 0, -1, -1, 2}, "", ""), "everywhere sharper: scores × 2");
  EXPECT_EQ(text({What::kMask, 0, -1, -1, 1, -1, 5}, "", "row 1, column 5"), "row 1, column 5 masked everywhere");
}

}  // namespace
}  // namespace lab
