#pragma once
// What is worth its cost: the spread of repeated results, and the Pareto front of things that have a cost and a worth.

#include <span>
#include <vector>

namespace lab {

struct Spread {
  double mean = 0;
  double deviation = 0;  // the standard deviation of a sample (over n−1); 0 for fewer than two
};
/// 0 ± 0 of nothing.
Spread spread_of(std::span<const double> values);

/// The middle one of the sorted values (of two, the upper); 0 of nothing.
double median_of(std::vector<double> values);

/// Less cost and more worth are better.
struct TradeOff {
  double cost = 0, worth = 0;
};
/// Of each, whether it lies on the front: nothing else costs no more and is worth no less, one of the two strictly.
/// Equals lie on it together; what is not finite does not count.
std::vector<bool> pareto_front(std::span<const TradeOff> all);

}  // namespace lab
