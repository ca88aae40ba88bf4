#include "core/inspect/head_statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lab {

namespace {

constexpr double kNextTo = 1.5;  // a patch's corner neighbours are √2 away

constexpr double kFewestMoves = 1.0 / 3;  // of all steps, that say something about a direction

constexpr HeadHabit kHabits[] = {
    {"looks at itself", &HeadStatistics::itself, 0.5, "{:.0f} % of its attention stays at the query's own place"},
    {"looks at the class token", &HeadStatistics::class_token, 0.5,
     "{:.0f} % of its attention goes to the class token"},
    {"looks at the token before", &HeadStatistics::before, 0.5,
     "{:.0f} % of its attention goes to the token before the query"},
    {"looks at neighbours", &HeadStatistics::neighbours, 0.5,
     "{:.0f} % of its attention goes to what lies next to the query"},
    {"spreads evenly", &HeadStatistics::entropy_share, 0.95, "its entropy is {:.0f} % of the most possible"},
    {"reads forwards", &HeadStatistics::forwards, 0.8,
     "where what it looks at most moves, it moves on in the text in {:.0f} % of cases"},
    {"reads backwards", &HeadStatistics::backwards, 0.8,
     "where what it looks at most moves, it moves back in the text in {:.0f} % of cases"},
    {"picks one token", &HeadStatistics::largest, 0.8, "{:.0f} % of a query's attention goes to one token"},
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
    if (own) ++own_queries_;
    spread_.add(entropy, pairs);
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
  const auto own = static_cast<double>(own_queries_);
  HeadStatistics mean;
  spread_.mean(mean);
  mean.distance = share(travelled_, weight_travelled_);
  mean.itself = share(itself_, own);
  mean.neighbours = share(neighbours_, own);
  mean.before = share(before_, own);
  mean.class_token = share(class_token_, own);
  return mean;
}

void SpreadTally::add(double of_query, int64_t pairs) {
  ++queries;
  entropy += of_query;
  if (pairs > 1) ++with_choice, entropy_share += of_query / std::log(static_cast<double>(pairs));
}

void SpreadTally::mean(HeadStatistics& to) const {
  to.entropy = share(entropy, static_cast<double>(queries));
  to.entropy_share = share(entropy_share, static_cast<double>(with_choice));
}

void CrossTally::add(std::span<const float> weights, const TileMap& map, int keys) {
  int before = -1;  // what the query before looked at most
  for (int query = 0; query < map.queries(); ++query) {
    const float* const row = weights.data() + static_cast<size_t>(query) * map.keys();
    const float* const most = std::max_element(row, row + keys);
    if (keys == 0 || *most <= 0) continue;
    double entropy = 0;
    for (int key = 0; key < keys; ++key)
      if (row[key] > 0) entropy -= double{row[key]} * std::log(double{row[key]});
    spread_.add(entropy, keys);
    largest_ += *most;
    const int now = static_cast<int>(most - row);
    if (before >= 0) ++steps_, onward_ += now > before, backward_ += now < before;
    before = now;
  }
}

void CrossTally::add_even(const TileMap& map, int keys) {
  if (keys == 0) return;
  for (int query = 0; query < map.queries(); ++query) {
    spread_.add(std::log(static_cast<double>(keys)), keys);
    largest_ += 1.0 / keys;
  }
  const double steps = map.queries() - 1, other = 1 - 1.0 / keys;  // it is the same one by chance in 1 of `keys`
  steps_ += steps, onward_ += steps * other / 2, backward_ += steps * other / 2;
}

HeadStatistics CrossTally::mean() const {
  HeadStatistics mean;
  spread_.mean(mean);
  mean.largest = share(largest_, static_cast<double>(spread_.queries));
  mean.onward = share(onward_, steps_);
  mean.backward = share(backward_, steps_);
  const double moves = onward_ + backward_;
  if (moves >= kFewestMoves * steps_) mean.forwards = share(onward_, moves), mean.backwards = share(backward_, moves);
  return mean;
}

std::span<const HeadHabit> head_habits() { return kHabits; }

const HeadHabit* habit_of(const HeadStatistics& statistics) {
  const auto earned = [&](const HeadHabit& habit) { return statistics.*habit.figure >= habit.least; };
  const auto found = std::find_if(std::begin(kHabits), std::end(kHabits), earned);
  return found == std::end(kHabits) ? nullptr : found;
}

}  // namespace lab
