#include "core/model/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/base/error.h"

namespace lab {

void validate(const Sampling& how) {
  if (!(how.temperature >= 0 && how.temperature <= 10) || how.top_k < 0 || !(how.top_p > 0 && how.top_p <= 1))
    throw Error(
        "Temperature {}, top k {} and top p {} are not to be drawn with; they must be within 0 … 10, from 0, and above "
        "0 up to 1.",
        how.temperature, how.top_k, how.top_p);
}

int choose(std::span<const float> probabilities, const Sampling& how, Rng& rng) {
  validate(how);
  std::vector<int> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return probabilities[a] > probabilities[b]; });
  if (how.temperature == 0) return order.front();
  if (how.top_k > 0) order.resize(std::min<size_t>(order.size(), how.top_k));
  std::vector<double> weights;
  double total = 0;
  for (int token : order) {
    weights.push_back(std::pow(double{probabilities[token]}, 1.0 / how.temperature));
    total += weights.back();
  }
  size_t count = 0;
  double kept = 0;
  while (count < weights.size() && (count == 0 || kept < how.top_p * total)) kept += weights[count++];
  double left = rng.uniform() * kept;
  for (size_t i = 0; i < count; ++i)
    if ((left -= weights[i]) < 0) return order[i];
  return order[count - 1];
}

}  // namespace lab
