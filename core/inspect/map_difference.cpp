#include "core/inspect/map_difference.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>

#include "core/base/error.h"

namespace lab {

namespace {

double sum(std::span<const float> row) { return std::accumulate(row.begin(), row.end(), 0.0); }

// A key's part of KL(p ‖ m): p log (p / m), which goes to 0 with p.
double part(double p, double m) { return p > 0 ? p * std::log(p / m) : 0; }

}  // namespace

double jensen_shannon(std::span<const float> p, std::span<const float> q) {
  const double p_sum = sum(p), q_sum = sum(q);
  if (!(p_sum > 0) || !(q_sum > 0)) return p_sum == q_sum ? 0 : std::numbers::ln2;
  double divergence = 0;
  for (size_t key = 0; key < p.size(); ++key) {
    const double here = p[key] / p_sum, there = q[key] / q_sum, middle = (here + there) / 2;
    divergence += (part(here, middle) + part(there, middle)) / 2;
  }
  return std::clamp(divergence, 0.0, std::numbers::ln2);  // rounding aside it is
}

MapDifference compare_maps(std::span<const float> map, std::span<const float> reference, int keys) {
  if (map.size() != reference.size() || keys <= 0 || map.size() % static_cast<size_t>(keys) != 0)
    throw Error("Maps of {} and {} weights, {} keys a query, cannot be compared; they must be of one size.", map.size(),
                reference.size(), keys);
  MapDifference result;
  result.difference.resize(map.size());
  std::transform(map.begin(), map.end(), reference.begin(), result.difference.begin(), std::minus());
  for (const float change : result.difference) {
    result.largest = std::max(result.largest, std::fabs(change));
    result.mean_absolute += std::fabs(change);
  }
  const auto below = [](float weight) { return !(weight >= 0); };  // or no number
  const bool shares =
      std::none_of(map.begin(), map.end(), below) && std::none_of(reference.begin(), reference.end(), below);
  const size_t row = static_cast<size_t>(keys), queries = map.size() / row;
  for (size_t query = 0; query < queries; ++query)
    result.divergence += jensen_shannon(map.subspan(query * row, row), reference.subspan(query * row, row));
  result.mean_absolute /= static_cast<double>(std::max<size_t>(map.size(), 1));
  result.divergence = shares ? result.divergence / static_cast<double>(std::max<size_t>(queries, 1))
                             : std::numeric_limits<double>::quiet_NaN();
  return result;
}

}  // namespace lab
