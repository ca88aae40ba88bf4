// Comparing maps: against plain formulas and against what must hold of a divergence.

#include "core/inspect/map_difference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "core/base/error.h"
#include "core/base/rng.h"

namespace lab {
namespace {

std::vector<float> random_rows(int queries, int keys, uint64_t seed) {
  Rng rng(seed, stream::kTests);
  std::vector<float> weights(static_cast<size_t>(queries) * keys);
  for (int query = 0; query < queries; ++query) {
    float* row = weights.data() + static_cast<size_t>(query) * keys;
    float total = 0;
    for (int key = 0; key < keys; ++key) total += row[key] = rng.uniform();
    for (int key = 0; key < keys; ++key) row[key] /= total;
  }
  return weights;
}

double entropy(const std::vector<double>& p) {
  double sum = 0;
  for (const double share : p) sum -= share > 0 ? share * std::log(share) : 0;
  return sum;
}

// The other way to write it: H(m) − ½ H(p) − ½ H(q).
double by_entropies(std::span<const float> p, std::span<const float> q) {
  std::vector<double> one(p.begin(), p.end()), other(q.begin(), q.end()), middle;
  for (size_t key = 0; key < one.size(); ++key) middle.push_back((one[key] + other[key]) / 2);
  return entropy(middle) - entropy(one) / 2 - entropy(other) / 2;
}

TEST(MapDifference, IsTheMeanDivergenceOfItsRowsAndEveryDifference) {
  constexpr int kQueries = 5, kKeys = 7;
  const auto map = random_rows(kQueries, kKeys, 1), reference = random_rows(kQueries, kKeys, 2);
  const MapDifference result = compare_maps(map, reference, kKeys);
  double divergence = 0, absolute = 0;
  float largest = 0;
  for (size_t i = 0; i < map.size(); ++i) {
    EXPECT_EQ(result.difference[i], map[i] - reference[i]);
    absolute += std::fabs(map[i] - reference[i]) / static_cast<double>(map.size());
    largest = std::max(largest, std::fabs(map[i] - reference[i]));
  }
  for (int query = 0; query < kQueries; ++query)
    divergence +=
        by_entropies(std::span(map).subspan(query * kKeys, kKeys), std::span(reference).subspan(query * kKeys, kKeys)) /
        kQueries;
  EXPECT_NEAR(result.divergence, divergence, 1e-7);
  EXPECT_NEAR(result.mean_absolute, absolute, 1e-9);
  EXPECT_EQ(result.largest, largest);
  const MapDifference back = compare_maps(reference, map, kKeys);
  EXPECT_NEAR(back.divergence, result.divergence, 1e-12);  // it has no direction
}

TEST(MapDifference, OfAMapWithItselfIsNothing) {
  const auto map = random_rows(4, 4, 3);
  const MapDifference result = compare_maps(map, map, 4);
  EXPECT_EQ(result.divergence, 0);
  EXPECT_EQ(result.mean_absolute, 0);
  EXPECT_EQ(result.largest, 0);
}

TEST(MapDifference, RowsWithNothingInCommonAreLog2Apart) {
  const std::vector<float> left = {0.25f, 0.75f, 0, 0}, right = {0, 0, 0.5f, 0.5f}, none = {0, 0, 0, 0};
  EXPECT_NEAR(jensen_shannon(left, right), std::numbers::ln2, 1e-12);
  EXPECT_EQ(jensen_shannon(left, none), std::numbers::ln2);
  EXPECT_EQ(jensen_shannon(none, none), 0);
}

TEST(MapDifference, SumsOfRowsDoNotMatterAndWeightsBelowZeroHaveNone) {
  const std::vector<float> row = {0.1f, 0.9f}, twice = {0.2f, 1.8f}, below = {-0.1f, 1.1f};
  EXPECT_NEAR(jensen_shannon(row, twice), 0, 1e-9);
  EXPECT_TRUE(std::isnan(compare_maps(row, below, 2).divergence));
  EXPECT_NEAR(compare_maps(row, below, 2).largest, 0.2f, 1e-6f);
  const std::vector<float> broken = {std::nanf(""), 1};
  EXPECT_FALSE(compare_maps(row, broken, 2).divergence <= std::numbers::ln2);
}

TEST(MapDifference, RefusesMapsOfDifferentSizes) {
  const auto map = random_rows(4, 4, 1), other = random_rows(3, 4, 1);
  EXPECT_THROW(compare_maps(map, other, 4), Error);
  EXPECT_THROW(compare_maps(map, map, 0), Error);
  EXPECT_THROW(compare_maps(map, map, 3), Error);
}

}  // namespace
}  // namespace lab
