// The matrix product against Eigen's, over shapes that meet every edge of its blocks.

#include "core/ops/matmul.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include <algorithm>

#include "core/ops/transpose.h"

namespace lab {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

void expect_near(const Matrix& got, const Matrix& wanted) {
  const float largest = wanted.cwiseAbs().maxCoeff() + 1e-6f;
  EXPECT_TRUE((got - wanted).cwiseAbs().maxCoeff() <= 1e-5f * largest)
      << got.rows() << " × " << got.cols() << " off by " << (got - wanted).cwiseAbs().maxCoeff();
}

TEST(Matmul, EqualsEigensOnEveryEdge) {
  for (int rows : {1, 2, 3, 7, 8, 9, 17, 64})
    for (int columns : {1, 5, 8, 15, 16, 17, 31, 33, 48, 50, 64, 100})
      for (int depth : {1, 2, 16, 33, 64}) {
        const Matrix a = Matrix::Random(rows, depth), b = Matrix::Random(depth, columns);
        const Matrix a_transposed = a.transpose();
        Matrix c = Matrix::Random(rows, columns);
        const Matrix before = c;
        matmul(Into::kAdd, c.data(), columns, MatrixView::rows(a.data(), depth), b.data(), columns, rows, columns,
               depth);
        expect_near(c, before + a * b);
        matmul(Into::kOverwrite, c.data(), columns, MatrixView::transposed(a_transposed.data(), rows), b.data(),
               columns, rows, columns, depth);
        expect_near(c, a * b);
      }
}

TEST(Matmul, SplittingTheRowsChangesNoBit) {
  const Matrix a = Matrix::Random(37, 64), b = Matrix::Random(64, 50);
  Matrix whole(37, 50), parts(37, 50);
  matmul(Into::kOverwrite, whole.data(), 50, MatrixView::rows(a.data(), 64), b.data(), 50, 37, 50, 64);
  for (int row = 0; row < 37; row += 5)
    matmul(Into::kOverwrite, parts.data() + row * 50, 50, MatrixView::rows(a.data() + row * 64, 64), b.data(), 50,
           std::min(5, 37 - row), 50, 64);
  EXPECT_TRUE(whole == parts);
}

TEST(Transpose, EveryEdge) {
  for (int rows : {1, 3, 8, 16, 17, 33})
    for (int columns : {1, 7, 16, 20, 48}) {
      const Matrix from = Matrix::Random(rows, columns);
      Matrix to = Matrix::Zero(columns, rows);
      transpose(to.data(), rows, from.data(), columns, rows, columns);
      EXPECT_TRUE(to == from.transpose());
    }
}

}  // namespace
}  // namespace lab
