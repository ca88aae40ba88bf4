#pragma once
// Pattern: which (query, key) pairs exist. A pattern is data, not code: its settings and the
// geometry of the tokens give, for each query, the sorted runs of keys that exist.
//
// Add a pattern: 1. write one function in pattern.cpp that emits the keys of one query;
// 2. give it a row in kPatterns there, and its numbers a row each in Pattern and in its table of settings.
// The lane editor, the command line, saved experiments, the kernels and the costs all read those tables.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/attention/pair_mask.h"

namespace lab {

/// Keys begin … end−1.
struct KeyRun {
  int begin = 0;
  int end = 0;
  bool operator==(const KeyRun&) const = default;
};

/// How tokens lie. `prefix` tokens (the class token) come first and see and are seen by all; then, in a sequence, the
/// others, and on a grid rows × columns patches, row by row.
struct Geometry {
  int queries = 0;
  int keys = 0;
  int rows = 0;  // 0: a sequence
  int columns = 0;
  int prefix = 0;

  static Geometry sequence(int tokens) { return {tokens, tokens, 0, 0, 0}; }
  /// A text after its class token.
  static Geometry text(int words, int prefix) { return {prefix + words, prefix + words, 0, 0, prefix}; }
  static Geometry sequence(int queries, int keys) { return {queries, keys, 0, 0, 0}; }
  static Geometry grid(int rows, int columns, int prefix) {
    return {prefix + rows * columns, prefix + rows * columns, rows, columns, prefix};
  }
  bool is_grid() const { return rows > 0; }
  /// In tokens; on a grid between the middles of two patches; the prefix is at every place, 0 away.
  float distance(int query, int key) const;
  bool operator==(const Geometry&) const = default;
};

/// Query i, key j, on a sequence; on a grid their rows and their columns each stand for i and j, unless said otherwise.
///
///   dense    every pair
///   local    |i−j| ≤ window
///   dilated  |i−j| ≤ window·dilation, and dilation divides i−j                            Beltagy et al., 2020
///   block    ⌊i/block⌋ = ⌊j/block⌋
///   shifted  the same, but that in layers 2, 4, … the first block ends at ⌊block/2⌋       Liu et al., 2021 ("Swin")
///   strided  |i−j| < stride, or stride divides i−j; a grid is read as a sequence,         Child et al., 2019
///            row by row: so a stride of its width gives about a row and a column
///   bigbird  |i−j| ≤ window, or j is one of `random` other keys drawn for query i         Zaheer et al., 2020
///   painted  what `mask` says, for the prefix too
///
/// Then every pair with i < global_tokens or j < global_tokens is added; then causal keeps j ≤ i. The random keys are
/// drawn among those that would not exist otherwise (causal: up to i): every query has as many, the same at every step.
struct Pattern {
  std::string kind = "dense";
  int window = 0;
  int block = 0;
  int global_tokens = 0;
  bool causal = false;
  int dilation = 0;
  int stride = 0;
  int random = 0, random_seed = 0;
  PairMask mask = {};
  bool operator==(const Pattern&) const = default;
};

/// One number of a pattern.
struct PatternSetting {
  std::string_view name;         // "window"
  std::string_view explanation;  // one plain sentence
  int Pattern::*value;
  int smallest, usual, largest;
  std::string (*title)(int value, bool grid);  // " ±3", " 7×7": what it adds to a lane's title; null: nothing
};

/// One choice of the lane editor.
struct PatternKind {
  std::string_view name;         // "local"
  std::string_view title;        // "Local"
  std::string_view explanation;  // one plain sentence
  std::span<const PatternSetting> settings = {};
  bool painted = false;  // it has a mask
  bool differs_by_layer = false;
};
std::span<const PatternKind> pattern_kinds();
/// Throws Error, listing the known ones, when there is none of that name.
const PatternKind& find_pattern(std::string_view name);
/// What every kind has beside its own settings: its global tokens.
std::span<const PatternSetting> shared_pattern_settings();
/// The kind with its usual settings.
Pattern usual_pattern(const PatternKind& kind);

/// Throws Error, naming what is wrong, when the pattern is unknown or a setting is out of range.
void validate(const Pattern& pattern);
/// The same, and when the geometry cannot carry it (causal on a grid, a mask of other tokens, a bad count).
void validate(const Pattern& pattern, const Geometry& geometry);

/// "local:window=1,causal" → Pattern, and back. Throws Error on anything else.
Pattern parse_pattern(std::string_view text);
std::string text(const Pattern& pattern);
/// For people: "Dense", "Local 3×3", "Block 3×3", "Local ±32, causal". `grid` says whether in two dimensions.
std::string title(const Pattern& pattern, bool grid);

/// Sorts the runs from number `first` on, and joins those that overlap or touch.
void join_runs(std::vector<KeyRun>& runs, size_t first = 0);

/// The sorted, disjoint, non-touching runs of keys of query `i` in a layer (counted from 0), appended to `runs`.
void append_runs(const Pattern& pattern, const Geometry& geometry, int layer, int i, std::vector<KeyRun>& runs);

}  // namespace lab
