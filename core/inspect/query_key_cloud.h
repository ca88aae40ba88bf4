#pragma once
// QueryKeyCloud: the queries and keys of one head over many samples, in one plane.
//
//   QueryKeyCloud cloud;
//   for (…) cloud.add(index, tokens, stages, map);   // 1. each sample's
//   cloud.lay_out();                                 // 2. into the plane of their principal components
//   cloud.score(query, key); cloud.best_key(query);  // 3. numbers of the whole cloud, as add() put them in a row

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/attention/stages.h"
#include "core/attention/tile_map.h"

namespace lab {

struct QueryKeyCloud {
  /// Of all queries, or of all keys, one sample's.
  struct Part {
    int first = 0, count = 0;
    int end() const { return first + count; }
    bool has(int point) const { return point >= first && point < end(); }
  };
  struct Sample {
    int index = 0;  // in the test set; −1: the viewer's own
    Part queries, keys;
    TileMapPtr map;  // which of its pairs exist
  };

  int width = 0;                // D, of queries and keys as they are compared
  float scale = 1;              // multiplies q·k
  std::vector<float> additive;  // [D] the additive score's v; empty: the score is scale · q·k
  std::vector<Sample> samples;
  std::vector<float> queries, keys;                            // [queries, D], [keys, D]
  std::vector<std::array<float, 2>> query_places, key_places;  // of each, after lay_out()
  std::array<double, 2> explained{};  // share of all differences that either direction of the plane shows

  /// The first so many queries and keys of a head's stages.
  void add(int index, int of_queries, int of_keys, const AttentionStages& stages, TileMapPtr map);
  /// By the principal components of queries and keys together.
  void lay_out();

  int query_count() const { return samples.empty() ? 0 : samples.back().queries.end(); }
  int key_count() const { return samples.empty() ? 0 : samples.back().keys.end(); }
  const Sample& sample_of_query(int query) const;
  const Sample& sample_of_key(int key) const;
  /// Whether that query looks at that key in this head's pattern; never, of two samples.
  bool exists(int query, int key) const;
  /// [D] that add up to q·k, or to the additive score: q_d·k_d, or v_d·tanh(q_d + k_d).
  std::vector<float> contributions(int query, int key) const;
  /// What softmax is taken of, where the strategy does nothing to it.
  float score(int query, int key) const;
  /// The best partner among the pairs that exist; −1: there is none.
  int best_key(int query) const;
  int best_query(int key) const;
};

}  // namespace lab
