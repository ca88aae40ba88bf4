#include "core/train/trade_off.h"

#include <algorithm>
#include <cmath>

namespace lab {

namespace {

bool counts(const TradeOff& t) { return std::isfinite(t.cost) && std::isfinite(t.worth); }

bool beats(const TradeOff& a, const TradeOff& b) {
  return a.cost <= b.cost && a.worth >= b.worth && (a.cost < b.cost || a.worth > b.worth);
}

}  // namespace

Spread spread_of(std::span<const double> values) {
  if (values.empty()) return {};
  const double count = static_cast<double>(values.size());
  Spread spread;
  for (const double value : values) spread.mean += value / count;
  if (values.size() < 2) return spread;
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  spread.deviation = std::sqrt(squares / (count - 1));
  return spread;
}

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<bool> pareto_front(std::span<const TradeOff> all) {
  std::vector<bool> front;
  for (const TradeOff& one : all) {
    const auto beaten = [&](const TradeOff& other) { return counts(other) && beats(other, one); };
    front.push_back(counts(one) && std::none_of(all.begin(), all.end(), beaten));
  }
  return front;
}

}  // namespace lab
