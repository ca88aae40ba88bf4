#pragma once
// Pattern: which (query, key) pairs exist. A pattern is data, not code: its settings and the
// geometry of the tokens give, for each query, the sorted runs of keys that exist.
//
// Add a pattern: 1. write one function in pattern.cpp that emits the runs of one query;
// 2. give it a row in kPatterns there. The lane editor, the command line, the kernels and the
// costs all read that table.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

/// Keys begin … end−1.
struct KeyRun {
  int begin = 0;
  int end = 0;
  bool operator==(const KeyRun&) const = default;
};

/// How tokens lie. A sequence has only queries and keys. On a grid, `prefix` tokens (the class
/// token) come first and see and are seen by all; then rows × columns patches, row by row.
struct Geometry {
  int queries = 0;
  int keys = 0;
  int rows = 0;  // 0: a sequence
  int columns = 0;
  int prefix = 0;

  static Geometry sequence(int tokens) { return {tokens, tokens, 0, 0, 0}; }
  static Geometry sequence(int queries, int keys) { return {queries, keys, 0, 0, 0}; }
  static Geometry grid(int rows, int columns, int prefix) {
    return {prefix + rows * columns, prefix + rows * columns, rows, columns, prefix};
  }
  bool is_grid() const { return rows > 0; }
  bool operator==(const Geometry&) const = default;
};

/// local: |i−j| ≤ window (on a grid: rows and columns each differ by at most window).
/// block: ⌊i/block⌋ = ⌊j/block⌋ (on a grid: block × block squares from the top left).
/// Then every pair with i < global_tokens or j < global_tokens is added; then causal keeps j ≤ i.
struct Pattern {
  std::string kind = "dense";
  int window = 0;
  int block = 0;
  int global_tokens = 0;
  bool causal = false;
  bool operator==(const Pattern&) const = default;
};

/// One choice of the lane editor: its name, and which setting it has.
struct PatternKind {
  std::string_view name;         // "local"
  std::string_view title;        // "Local"
  std::string_view explanation;  // one plain sentence
  int Pattern::*setting;         // the number it needs, or null
  std::string_view setting_name;  // "window"
  int smallest, usual, largest;
};
std::span<const PatternKind> pattern_kinds();

/// Throws Error, naming what is wrong, when the pattern is unknown, a setting is out of range
/// or the geometry cannot carry it (causal on a grid, a bad count).
void validate(const Pattern& pattern, const Geometry& geometry);

/// "local:window=1,causal" → Pattern, and back. Throws Error on anything else.
Pattern parse_pattern(std::string_view text);
std::string text(const Pattern& pattern);
/// For people: "Dense", "Local 3×3", "Block 3×3", "Local ±32, causal". `grid` says whether in two dimensions.
std::string title(const Pattern& pattern, bool grid);

/// The sorted, disjoint, non-touching runs of keys of query `i`, appended to `runs`.
void append_runs(const Pattern& pattern, const Geometry& geometry, int i, std::vector<KeyRun>& runs);

}  // namespace lab
