#include "core/inspect/head_statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lab {

namespace {

constexpr double kNextTo = 1.5;  // a patch's corner neighbours are √2 away

constexpr HeadHabit kHabits[] = {
    {"looks at itself", &HeadStatistics::itself, 0.5, "{:.0f} % of its attention stays at the query's own place"},
    {"looks at the class token", &HeadStatistics::class_token, 0.5, "{:.0f} % of its attention goes to the class token"},
    {"looks at the token before", &HeadStatistics::before, 0.5, "{:.0f} % of its attention goes to the token before the query"},
    {"looks at neighbours", &HeadStatistics::neighbours, 0.5, "{:.0f} % of its attention goes to what lies next to the query"},
    {"spreads evenly", &HeadStatistics::entropy_share, 0.95, "its entropy is {:.0f} % of the most possible"},
};

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

template <class Weight>
void HeadTally::add_queries(const Weight& weight, const TileMap& map, int tokens) {
  const Geometry& geometry = map.geometry();
  for (int query = 0; query < std::min(tokens, map.queries()); ++query) {
    const bool own = query >= geometry.prefix;
    double total = 0, entropy = 0;
    int64_t pairs = 0;
    for (const KeyRun& run : map.runs(query))
      for (int key = run.begin; key < std::min(run.end, tokens); ++key, ++pairs) {
        const double w = weight(query, key);
        total += w;
        if (w > 0) entropy -= w * std::log(w);
        if (!own || key < geometry.prefix) {
          if (own) class_token_ += w;
          continue;
        }
        const double distance = geometry.distance(query, key);
        travelled_ += w * distance, weight_travelled_ += w;
        if (key == query) itself_ += w;
        if (key != query && distance < kNextTo) neighbours_ += w;
        if (key == query - 1 && !geometry.is_grid()) before_ += w;
      }
    if (total == 0) continue;
    ++queries_;
    if (own) ++own_queries_;
    entropy_ += entropy;
    if (pairs > 1) ++queries_with_choice_, entropy_share_ += entropy / std::log(static_cast<double>(pairs));
  }
}

void HeadTally::add(std::span<const float> weights, const TileMap& map, int tokens) {
  const auto weight = [&](int query, int key) { return weights[static_cast<size_t>(query) * map.keys() + key]; };
  add_queries(weight, map, tokens);
}

void HeadTally::add_even(const TileMap& map, int tokens) {
  std::vector<double> each(map.queries());
  for (int query = 0; query < map.queries(); ++query) {
    int pairs = 0;
    for (const KeyRun& run : map.runs(query)) pairs += std::max(std::min(run.end, tokens) - run.begin, 0);
    each[query] = pairs > 0 ? 1.0 / pairs : 0;
  }
  add_queries([&](int query, int) { return each[query]; }, map, tokens);
}

HeadStatistics HeadTally::mean() const {
  const auto queries = static_cast<double>(queries_), own = static_cast<double>(own_queries_);
  return {share(entropy_, queries),
          share(entropy_share_, static_cast<double>(queries_with_choice_)),
          share(travelled_, weight_travelled_),
          share(itself_, own),
          share(neighbours_, own),
          share(before_, own),
          share(class_token_, own)};
}

std::span<const HeadHabit> head_habits() { return kHabits; }

const HeadHabit* habit_of(const HeadStatistics& statistics) {
  const auto earned = [&](const HeadHabit& habit) { return statistics.*habit.figure >= habit.least; };
  const auto found = std::find_if(std::begin(kHabits), std::end(kHabits), earned);
  return found == std::end(kHabits) ? nullptr : found;
}

}  // namespace lab
