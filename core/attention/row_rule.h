#pragma once
// RowRule: what happens to a query's scores and weights beside the softmax: a learnt reach, the k best keys,
// dropout, a penalty, guidance. An attention problem names its rules; the pairs kernel calls them, in order on
// the way there and in reverse on the way back.
//
// A row's numbers lie as that kernel keeps them: pair by pair in the order of the query's runs, kLanes heads side by
// side. Rules are called from several threads at once, but never for the same group: what a rule sums up, it
// sums per group and joins in finish_backward().

#include <cstdint>
#include <span>

#include "core/attention/pattern.h"

namespace lab {

/// One query of the (picture, head) pairs group·kLanes … group·kLanes + kLanes−1, counted b·H + h; the last
/// group may reach beyond the last pair.
struct QueryRow {
  int64_t group = 0;
  int query = 0;
  std::span<const KeyRun> runs;
  int64_t pairs = 0;  // in the runs
  int64_t first = 0;  // the row's first pair among all pairs of the map
};

class RowRule {
 public:
  virtual ~RowRule() = default;
  /// scores [pairs, kLanes], scaled, before the softmax; −∞: no such key. May be changed.
  virtual void on_scores(const QueryRow&, float* /*scores*/) {}
  /// weights [pairs, kLanes], of the softmax, before they mix the values. May be changed by a rule that can tell the
  /// softmax's own weights again on the way back.
  virtual void on_weights(const QueryRow&, float* /*weights*/) {}
  /// A gradient added here must be 0 in lanes beyond the last (picture, head) pair.
  /// d_weights, by the weights that were mixed, becomes d_weights by those of the softmax; the same for `weights`.
  virtual void on_weights_backward(const QueryRow&, float* /*weights*/, float* /*d_weights*/) {}
  /// d_scores, by the scores on_scores left, becomes d_scores by those it was given; `weights` are the softmax's.
  virtual void on_scores_backward(const QueryRow&, const float* /*weights*/, float* /*d_scores*/) {}
  /// Before and after the way back of all groups.
  virtual void start_backward() {}
  virtual void finish_backward() {}
};

}  // namespace lab
