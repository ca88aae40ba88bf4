#pragma once
// Inside: what a look inside one lane gave. One view is studied at a time; the results of the others are null.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/attention/attending.h"
#include "core/base/tensor.h"
#include "core/inspect/head_statistics.h"
#include "core/inspect/histogram.h"
#include "core/inspect/mistakes.h"
#include "core/inspect/query_key_cloud.h"

namespace lab {

enum class InsideView { kHeads, kQueriesAndKeys, kMistakes, kWeights };
constexpr int kInsideViews = 4;

/// What is looked at, counted from 0.
struct InsidePlace {
  int lane = -1;  // −1: nothing
  InsideView view = InsideView::kHeads;
  int layer = 0, head = 0;                   // of queries and keys
  Attending attending = Attending::kTokens;  // of heads, and of queries and keys
  bool operator==(const InsidePlace&) const = default;
};

/// Every head of a lane, over some samples of the test set.
struct HeadsInside {
  int samples = 0;
  std::vector<HeadStatistics> heads, even;  // [L, H], and what they would be if every pair had the same weight
};

struct ParameterInside {
  std::string name;
  Shape shape;
  Histogram weights, gradients;
};
struct WeightsInside {
  std::vector<ParameterInside> parameters;
  bool gradients = false;  // known: those of the latest step, before clipping
};

struct InsideSnapshot {
  InsidePlace place;
  int64_t step = 0;     // of the weights that were looked at
  float progress = 1;   // of the look at newer weights that is under way
  std::string missing;  // one sentence where there is nothing to see; else empty
  std::shared_ptr<const HeadsInside> heads;
  std::shared_ptr<const QueryKeyCloud> pairs;
  std::shared_ptr<const Mistakes> mistakes;  // at first, of the samples judged so far
  std::shared_ptr<const WeightsInside> weights;
};

}  // namespace lab
