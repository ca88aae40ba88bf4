#pragma once
// What the stages inside attention have in common, there and back. Of core/inspect alone.

#include <cmath>

#include "core/inspect/step_kinds.h"

namespace lab::step_attention {

using Matrices = std::vector<StepMatrix>;

inline void equals(Working& w, double value) { w.text(" = " + figure_of(value)); }

inline StepMatrix of_queries(const char* name, const std::vector<float>& numbers, int width, const AttentionStages& s,
                             bool result = false) {
  return matrix_of(name, numbers, s.queries, width, Along::kTokens, Along::kNumbers, result);
}
inline StepMatrix of_keys(const char* name, const std::vector<float>& numbers, int width, const AttentionStages& s,
                          bool result = false) {
  return matrix_of(name, numbers, s.keys, width, Along::kKeys, Along::kNumbers, result);
}
inline StepMatrix of_pairs(const char* name, const std::vector<float>& numbers, const AttentionStages& s,
                           bool result = false) {
  return matrix_of(name, numbers, s.queries, s.keys, Along::kTokens, Along::kKeys, result);
}

inline const std::vector<float>& softmax_got(const AttentionStages& s) {
  return s.ruled_scores.empty() ? s.scores : s.ruled_scores;
}
inline const std::vector<float>& softmax_gave(const AttentionStages& s) {
  return s.softmax.empty() ? s.weights : s.softmax;
}

// "Such a pair does not exist": says so where that is the case.
inline bool absent(Working& w, int scores) {
  if (std::isfinite(w.m[scores].at(w.row, w.column))) return false;
  w.text("this query and this key are no pair: nothing is computed");
  return true;
}

}  // namespace lab::step_attention
