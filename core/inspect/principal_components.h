#pragma once
// Principal components: the directions in which many vectors differ most, to see them in a plane (Pearson, 1901).
//
//   const PrincipalComponents pca = principal_components(rows, width);   // 1.
//   pca.place(row)                                                       // 2. where a vector lies in that plane
//   pca.explained                                                        // 3. how much of all differences it shows

#include <array>
#include <span>
#include <vector>

namespace lab {

struct PrincipalComponents {
  static constexpr int kCount = 2;
  std::vector<float> mean;                      // [D]
  std::array<std::vector<float>, kCount> axes;  // [D] each, of length 1, at right angles; 0 where D has no more
  std::array<double, kCount> explained{};       // share of the whole variance

  std::array<float, kCount> place(std::span<const float> row) const;
};

/// Of rows [P, width]. An axis points to where its largest number is positive, so that pictures do not flip.
/// Throws Error when there are no rows or the numbers are no whole rows.
PrincipalComponents principal_components(std::span<const float> rows, int width);

}  // namespace lab
