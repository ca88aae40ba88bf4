#include "core/inspect/principal_components.h"

#include <Eigen/Eigenvalues>
#include <algorithm>

#include "core/base/error.h"

namespace lab {

namespace {
using Rows = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
}

std::array<float, PrincipalComponents::kCount> PrincipalComponents::place(std::span<const float> row) const {
  std::array<float, kCount> at{};
  for (int axis = 0; axis < kCount; ++axis)
    for (size_t d = 0; d < row.size(); ++d) at[axis] += (row[d] - mean[d]) * axes[axis][d];
  return at;
}

PrincipalComponents principal_components(std::span<const float> rows, int width) {
  if (width < 1 || rows.empty() || rows.size() % width != 0)
    throw Error("{} numbers are no vectors of {}; principal components need one vector at least.", rows.size(), width);
  const Rows points(rows.data(), static_cast<Eigen::Index>(rows.size()) / width, width);
  const Eigen::VectorXd mean = points.cast<double>().colwise().mean();
  const Eigen::MatrixXd centred = points.cast<double>().rowwise() - mean.transpose();
  const Eigen::MatrixXd covariance = centred.transpose() * centred / static_cast<double>(points.rows());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(covariance);  // eigenvalues in increasing order
  const double whole = covariance.trace();
  PrincipalComponents result;
  result.mean.assign(mean.begin(), mean.end());
  for (int axis = 0; axis < PrincipalComponents::kCount; ++axis) {
    result.axes[axis].resize(width);
    if (axis >= width) continue;
    Eigen::VectorXd direction = solved.eigenvectors().col(width - 1 - axis);
    Eigen::Index largest = 0;
    direction.cwiseAbs().maxCoeff(&largest);
    if (direction[largest] < 0) direction = -direction;
    std::copy(direction.begin(), direction.end(), result.axes[axis].begin());
    result.explained[axis] = whole > 0 ? std::max(solved.eigenvalues()[width - 1 - axis], 0.0) / whole : 0;
  }
  return result;
}

}  // namespace lab
