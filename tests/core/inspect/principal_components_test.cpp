// Principal components of points whose covariance is known.

#include "core/inspect/principal_components.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"

namespace lab {
namespace {

// Along (3, 4, 0)/5 a variance of 9, along (−4, 3, 0)/5 one of 4, along (0, 0, 1) one of 1, about (1, 2, 3).
std::vector<float> known_points() {
  std::vector<float> rows;
  for (const float a : {-3.0f, 3.0f})
    for (const float b : {-2.0f, 2.0f})
      for (const float c : {-1.0f, 1.0f}) {
        rows.push_back(1 + (3 * a - 4 * b) / 5);
        rows.push_back(2 + (4 * a + 3 * b) / 5);
        rows.push_back(3 + c);
      }
  return rows;
}

TEST(PrincipalComponents, FindTheDirectionsOfAKnownCovariance) {
  const PrincipalComponents pca = principal_components(known_points(), 3);
  const float axes[2][3] = {{0.6f, 0.8f, 0}, {0.8f, -0.6f, 0}};  // each points to where its largest number is positive
  for (int d = 0; d < 3; ++d) {
    EXPECT_NEAR(pca.mean[d], d + 1, 1e-5);
    for (int axis = 0; axis < 2; ++axis) EXPECT_NEAR(pca.axes[axis][d], axes[axis][d], 1e-5);
  }
  EXPECT_NEAR(pca.explained[0], 9.0 / 14, 1e-6);
  EXPECT_NEAR(pca.explained[1], 4.0 / 14, 1e-6);
}

TEST(PrincipalComponents, PlacesAreProjectionsAboutTheMean) {
  const PrincipalComponents pca = principal_components(known_points(), 3);
  const std::vector<float> row = {1 + 0.6f * 5, 2 + 0.8f * 5, 3 + 7};
  EXPECT_NEAR(pca.place(row)[0], 5, 1e-5);
  EXPECT_NEAR(pca.place(row)[1], 0, 1e-5);
}

TEST(PrincipalComponents, OneNumberHasOneDirectionAndPointsAtOnePlaceHaveNone) {
  const PrincipalComponents line = principal_components(std::vector<float>{1, 2, 6}, 1);
  EXPECT_NEAR(line.explained[0], 1, 1e-9);
  EXPECT_NEAR(line.place(std::vector<float>{6})[0], 3, 1e-5);
  EXPECT_EQ(line.place(std::vector<float>{6})[1], 0);
  const PrincipalComponents point = principal_components(std::vector<float>{1, 2, 1, 2}, 2);
  EXPECT_EQ(point.explained[0], 0);
}

TEST(PrincipalComponents, RefuseWhatAreNoRows) {
  EXPECT_THROW(principal_components({}, 3), Error);
  EXPECT_THROW(principal_components(std::vector<float>{1, 2, 3}, 2), Error);
}

}  // namespace
}  // namespace lab
