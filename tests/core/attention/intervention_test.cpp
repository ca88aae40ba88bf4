// Interventions on attention: what each does to weights and output, and that it does it to nothing else.

#include "core/attention/intervention.h"

#include <gtest/gtest.h>

#include "tests/core/attention/problem.h"
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
    problem.rules = rules.add(problem, kLayer, 0, changes);
    attention = make_attention(problem, inputs.arena());
    forward();
  }
  void forward() {
    attention->forward(HeadRows::of(q), HeadRows::of(k), HeadRows::of(v), HeadRows::of(out));
    attention->weights(weights);
  }
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

TEST(Interventions, AreSaidInWords) {
  EXPECT_EQ(text({What::kOff, 0, 0, 1}, "", ""), "layer 1, head 2 switched off");
  EXPECT_EQ(text({What::kTemperature, 0, -1, -1, 2}, "", ""), "everywhere sharper: scores × 2");
  EXPECT_EQ(text({What::kMask, 0, -1, -1, 1, -1, 5}, "", "row 1, column 5"), "row 1, column 5 masked everywhere");
}

}  // namespace
}  // namespace lab
