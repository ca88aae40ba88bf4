#pragma once
// Two attention maps compared, pair by pair and query by query: lane with lane, head with head, now with then.
//
// How far apart two rows p and q are is their Jensen–Shannon divergence (Lin, "Divergence measures based on the Shannon
// entropy", 1991): ½ KL(p ‖ m) + ½ KL(q ‖ m) with m = ½ (p + q), in nats; 0 where they are the same, log 2 where
// no key has weight in both.

#include <span>
#include <vector>

namespace lab {

struct MapDifference {
  std::vector<float> difference;  // [N, M] map − reference
  float largest = 0;              // of its absolute values
  double divergence = 0;          // Jensen–Shannon, nats, the mean over queries; NaN where a weight is below 0
  double mean_absolute = 0;       // of the difference, over all pairs
};

/// `map` and `reference`, [N, M] with M `keys`. Rows are scaled to sum to 1 for the divergence; a row without weight is
/// as far as can be from one that has some. Throws Error where the maps are not of one size.
MapDifference compare_maps(std::span<const float> map, std::span<const float> reference, int keys);

/// Of two rows of weights of at least 0.
double jensen_shannon(std::span<const float> p, std::span<const float> q);

}  // namespace lab
