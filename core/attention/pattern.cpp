#include "core/attention/pattern.h"

#include <algorithm>
#include <charconv>

#include "core/base/named.h"

namespace lab {

namespace {

using Runs = std::vector<KeyRun>;

// Adds begin … end−1, clipped to 0 … keys−1 and joined with the run before it where they touch.
void emit(Runs& runs, size_t first, int begin, int end, int keys) {
  begin = std::max(begin, 0);
  end = std::min(end, keys);
  if (begin >= end) return;
  if (runs.size() > first && begin <= runs.back().end)
    runs.back().end = std::max(runs.back().end, end);
  else
    runs.push_back({begin, end});
}

// The keys of a rectangle of patches, one run a grid row.
void emit_rectangle(Runs& runs, size_t first, const Geometry& g, int row0, int row1, int column0, int column1) {
  column0 = std::max(column0, 0);
  column1 = std::min(column1, g.columns);
  for (int row = std::max(row0, 0); row < std::min(row1, g.rows); ++row) {
    const int start = g.prefix + row * g.columns;
    emit(runs, first, start + column0, start + column1, g.keys);
  }
}

void dense(const Pattern&, const Geometry& g, int, Runs& runs, size_t first) { emit(runs, first, 0, g.keys, g.keys); }

// |i−j| ≤ window, in one or two dimensions.
void local(const Pattern& p, const Geometry& g, int i, Runs& runs, size_t first) {
  if (!g.is_grid()) return emit(runs, first, i - p.window, i + p.window + 1, g.keys);
  const int row = (i - g.prefix) / g.columns, column = (i - g.prefix) % g.columns;
  emit_rectangle(runs, first, g, row - p.window, row + p.window + 1, column - p.window, column + p.window + 1);
}

// ⌊i/block⌋ = ⌊j/block⌋, in one or two dimensions.
void block(const Pattern& p, const Geometry& g, int i, Runs& runs, size_t first) {
  if (!g.is_grid()) return emit(runs, first, i / p.block * p.block, (i / p.block + 1) * p.block, g.keys);
  const int row = (i - g.prefix) / g.columns / p.block * p.block;
  const int column = (i - g.prefix) % g.columns / p.block * p.block;
  emit_rectangle(runs, first, g, row, row + p.block, column, column + p.block);
}

struct Row {
  PatternKind kind;
  void (*runs)(const Pattern&, const Geometry&, int i, Runs&, size_t first);
};

constexpr int kLargest = 1 << 20;

const Row kPatterns[] = {
    {{"dense", "Dense", "Every token attends to every token.", nullptr, "", 0, 0, 0}, dense},
    {{"local", "Local", "Each token attends to its neighbours, up to the window away.", &Pattern::window, "window", 0,
      1, kLargest},
     local},
    {{"block", "Block", "The tokens are cut into blocks; each token attends within its own.", &Pattern::block, "block",
      1, 3, kLargest},
     block},
};

const Row& find_row(std::string_view name) {
  return find_named(kPatterns, name, "attention pattern", [](const Row& row) { return row.kind.name; });
}

void check_range(std::string_view what, int value, int smallest, int largest) {
  if (value < smallest || value > largest)
    throw Error("The attention pattern's {} is {}; it must be from {} to {}.", what, value, smallest, largest);
}

int parse_count(std::string_view key, std::string_view digits, std::string_view whole) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty())
    throw Error("In the lane \"{}\", {} needs a whole number, not \"{}\".", whole, key, digits);
  return value;
}

void parse_setting(Pattern& pattern, const PatternKind& kind, std::string_view item, std::string_view whole) {
  const size_t equals = item.find('=');
  const std::string_view key = item.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : item.substr(equals + 1);
  if (key == "causal" && equals == std::string_view::npos)
    pattern.causal = true;
  else if (key == "global")
    pattern.global_tokens = parse_count(key, value, whole);
  else if (kind.setting && key == kind.setting_name)
    pattern.*kind.setting = parse_count(key, value, whole);
  else
    throw Error("In the lane \"{}\", \"{}\" is no setting of {}; it takes {}global=N and causal.", whole, item,
                kind.name, kind.setting ? std::string(kind.setting_name) + "=N, " : "");
}

// Keeps keys 0 … last only.
void keep_up_to(Runs& runs, size_t first, int last) {
  while (runs.size() > first && runs.back().begin > last) runs.pop_back();
  if (runs.size() > first) runs.back().end = std::min(runs.back().end, last + 1);
}

}  // namespace

std::span<const PatternKind> pattern_kinds() {
  static const std::vector<PatternKind> kinds = [] {
    std::vector<PatternKind> all;
    for (const Row& row : kPatterns) all.push_back(row.kind);
    return all;
  }();
  return kinds;
}

void validate(const Pattern& pattern, const Geometry& g) {
  const PatternKind& kind = find_row(pattern.kind).kind;
  if (kind.setting) check_range(kind.setting_name, pattern.*kind.setting, kind.smallest, kind.largest);
  check_range("number of global tokens", pattern.global_tokens, 0, kLargest);
  if (g.queries < 1 || g.keys < 1)
    throw Error("Attention needs at least one query and one key; there are {} and {}.", g.queries, g.keys);
  if (g.is_grid() &&
      (g.columns < 1 || g.prefix < 0 || g.queries != g.keys || g.queries != g.prefix + g.rows * g.columns))
    throw Error("A grid of {} × {} patches and {} tokens before it do not make {} queries and {} keys.", g.rows,
                g.columns, g.prefix, g.queries, g.keys);
  if (g.is_grid() && pattern.causal)
    throw Error("Causal attention needs tokens in a sequence; the patches of a picture have no before and after.");
}

Pattern parse_pattern(std::string_view text) {
  const size_t colon = text.find(':');
  const PatternKind& kind = find_row(text.substr(0, colon)).kind;
  Pattern pattern;
  pattern.kind = kind.name;
  if (kind.setting) pattern.*kind.setting = kind.usual;
  std::string_view rest = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (text.ends_with(':') || text.ends_with(','))
    throw Error("The lane \"{}\" ends where a setting should follow; write for example local:window=1.", text);
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    parse_setting(pattern, kind, rest.substr(0, comma), text);
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
  }
  if (kind.setting) check_range(kind.setting_name, pattern.*kind.setting, kind.smallest, kind.largest);
  check_range("number of global tokens", pattern.global_tokens, 0, kLargest);
  return pattern;
}

std::string text(const Pattern& pattern) {
  const PatternKind& kind = find_row(pattern.kind).kind;
  std::string settings;
  if (kind.setting) settings += fmt::format(",{}={}", kind.setting_name, pattern.*kind.setting);
  if (pattern.global_tokens) settings += fmt::format(",global={}", pattern.global_tokens);
  if (pattern.causal) settings += ",causal";
  if (!settings.empty()) settings[0] = ':';
  return pattern.kind + settings;
}

std::string title(const Pattern& pattern, bool grid) {
  const PatternKind& kind = find_row(pattern.kind).kind;
  std::string result(kind.title);
  const bool window = kind.setting == &Pattern::window;
  if (kind.setting && grid) {
    const int side = window ? 2 * pattern.window + 1 : pattern.*kind.setting;
    result += fmt::format(" {}×{}", side, side);
  } else if (kind.setting) {
    result += (window ? " ±" : " ") + std::to_string(pattern.*kind.setting);
  }
  if (pattern.global_tokens) result += fmt::format(" + {} global", pattern.global_tokens);
  if (pattern.causal) result += ", causal";
  return result;
}

void append_runs(const Pattern& pattern, const Geometry& g, int i, std::vector<KeyRun>& runs) {
  const size_t first = runs.size();
  const int global = std::max(pattern.global_tokens, g.prefix);
  if (i < global) {
    emit(runs, first, 0, g.keys, g.keys);
  } else {
    emit(runs, first, 0, global, g.keys);
    find_row(pattern.kind).runs(pattern, g, i, runs, first);
  }
  if (pattern.causal) keep_up_to(runs, first, i);
}

}  // namespace lab
