#pragma once
// What a head does with its attention, in a few figures, and in words where the figures earn them.
//
//   HeadTally tally;
//   for (…) tally.add(weights, map, tokens);            // 1. the weights of each picture or text
//   const HeadStatistics mean = tally.mean();           // 2. the mean over their queries
//   if (const HeadHabit* habit = habit_of(mean)) …      // 3. "looks at neighbours", or nothing

#include <cstdint>
#include <span>
#include <string_view>

#include "core/attention/tile_map.h"

namespace lab {

/// Means over queries. The shares are of a query's whole attention, and of queries other than the class token. Where an
/// answer looks at a text there is no distance; the last five are of that alone. What is looked at most moves, from a
/// query to the next, on or back in the text, or stays.
struct HeadStatistics {
  double entropy = 0;        // −Σ w·log w of a query's weights, nats
  double entropy_share = 0;  // of the most possible, log of the number of its pairs, where it has more than one
  double distance = 0;       // of what attention goes to, patches or tokens; the class token is left out
  double itself = 0;
  double neighbours = 0;               // next to the query: on a grid, one of the eight around it
  double before = 0;                   // the token before, in a sequence
  double class_token = 0;              // where there is one
  double largest = 0;                  // a query's largest weight
  double onward = 0, backward = 0;     // share of these steps that move on, and back
  double forwards = 0, backwards = 0;  // of those that move; 0 where they are fewer than a third
};

/// How spread out the weights of queries are.
struct SpreadTally {
  /// One query's entropy over so many pairs.
  void add(double entropy, int64_t pairs);
  void mean(HeadStatistics& to) const;

  int64_t queries = 0, with_choice = 0;
  double entropy = 0, entropy_share = 0;
};

class HeadTally {
 public:
  /// weights [N, M] over the pairs of `map`; only the first `tokens` of them are no padding. Queries with no weight
  /// at all count for nothing.
  void add(std::span<const float> weights, const TileMap& map, int tokens);
  /// The same for weights that are all alike, over the same pairs: what chance alone would give.
  void add_even(const TileMap& map, int tokens);
  HeadStatistics mean() const;
  int64_t queries() const { return spread_.queries; }

 private:
  template <class Weight>
  void add_queries(const Weight& weight, const TileMap& map, int tokens);

  SpreadTally spread_;
  int64_t own_queries_ = 0;
  double travelled_ = 0, weight_travelled_ = 0;  // Σ w·distance and Σ w, class token left out
  double itself_ = 0, neighbours_ = 0, before_ = 0, class_token_ = 0;
};

/// The same of a head by which an answer looks at a text.
class CrossTally {
 public:
  /// weights [N, M]; only the first `keys` keys are no padding. Queries with no weight at all count for nothing.
  void add(std::span<const float> weights, const TileMap& map, int keys);
  /// Even weights; what is looked at most is any token then, each as likely.
  void add_even(const TileMap& map, int keys);
  HeadStatistics mean() const;

 private:
  SpreadTally spread_;
  double largest_ = 0;
  double steps_ = 0, onward_ = 0, backward_ = 0;
};

/// A label, and what earns it: a figure that is at least so large.
struct HeadHabit {
  std::string_view label;  // "looks at neighbours"
  double HeadStatistics::*figure;
  double least;
  const char* rule;  // what `figure` is, in percent, of fmt: "{:.0f} % of its attention goes to the class token"
};
/// In the order in which they are tried.
std::span<const HeadHabit> head_habits();
/// The first that is earned; null: none is.
const HeadHabit* habit_of(const HeadStatistics& statistics);

}  // namespace lab
