#include "core/attention/pattern.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/base/named.h"
#include "core/base/rng.h"

namespace lab {

namespace {

// Whose keys are asked for.
struct Query {
  const Pattern& pattern;
  const Geometry& geometry;
  int layer, i;

  int row() const { return (i - geometry.prefix) / geometry.columns; }
  int column() const { return (i - geometry.prefix) % geometry.columns; }
};

// The keys of one query as they are emitted: in any order, overlapping or not.
class Runs {
 public:
  Runs(std::vector<KeyRun>& all, const Geometry& geometry) : all_(all), first_(all.size()), geometry_(geometry) {}

  /// Keys begin … end−1, as far as there are such keys.
  void emit(int begin, int end) {
    begin = std::max(begin, 0);
    end = std::min(end, geometry_.keys);
    if (begin < end) all_.push_back({begin, end});
  }
  void emit(int key) { emit(key, key + 1); }

  /// The patches of some grid rows and columns.
  void emit_rectangle(int row0, int row1, int column0, int column1) {
    column0 = std::max(column0, 0);
    column1 = std::min(column1, geometry_.columns);
    for (int row = std::max(row0, 0); row < std::min(row1, geometry_.rows); ++row) {
      const int start = geometry_.prefix + row * geometry_.columns;
      emit(start + column0, start + column1);
    }
  }

  void tidy() { join_runs(all_, first_); }

  // What follows wants tidy runs.

  /// How many of the keys 0 … end−1 are in no run.
  int count_missing(int end) const {
    int missing = end;
    for (size_t at = first_; at < all_.size() && all_[at].begin < end; ++at)
      missing -= std::min(all_[at].end, end) - all_[at].begin;
    return missing;
  }
  /// The key that `rank` others come before, of those that are in no run.
  int missing_key(int rank) const {
    for (size_t at = first_; at < all_.size() && all_[at].begin <= rank; ++at) rank += all_[at].end - all_[at].begin;
    return rank;
  }
  void keep_up_to(int last) {
    while (all_.size() > first_ && all_.back().begin > last) all_.pop_back();
    if (all_.size() > first_) all_.back().end = std::min(all_.back().end, last + 1);
  }

 private:
  std::vector<KeyRun>& all_;
  const size_t first_;
  const Geometry& geometry_;
};

// ---- patterns, as pattern.h defines them

void dense(const Query& q, Runs& runs) { runs.emit(0, q.geometry.keys); }

void local(const Query& q, Runs& runs) {
  const int window = q.pattern.window;
  if (!q.geometry.is_grid()) return runs.emit(q.i - window, q.i + window + 1);
  runs.emit_rectangle(q.row() - window, q.row() + window + 1, q.column() - window, q.column() + window + 1);
}

// Calls visit for `at` and up to `window` places before and after it, `step` apart, that are in 0 … count−1.
template <class Visit>
void each_step(int at, int window, int step, int count, const Visit& visit) {
  const int before = std::min(window, at / step);
  int64_t place = at - int64_t{before} * step;
  for (int n = -before; n <= window && place < count; ++n, place += step) visit(static_cast<int>(place));
}

void dilated(const Query& q, Runs& runs) {
  const Geometry& g = q.geometry;
  const auto along = [&](int at, int count, const auto& visit) {
    each_step(at, q.pattern.window, q.pattern.dilation, count, visit);
  };
  if (!g.is_grid()) return along(q.i, g.keys, [&](int key) { runs.emit(key); });
  along(q.row(), g.rows, [&](int row) {
    along(q.column(), g.columns, [&](int column) { runs.emit(g.prefix + row * g.columns + column); });
  });
}

// Blocks of which the first is `cut` tokens shorter than the others.
void blocks(const Query& q, Runs& runs, int cut) {
  const int block = q.pattern.block;
  const auto begin = [&](int at) { return (at + cut) / block * block - cut; };
  if (!q.geometry.is_grid()) {
    const int first = q.geometry.prefix + begin(q.i - q.geometry.prefix);
    return runs.emit(std::max(first, q.geometry.prefix), first + block);
  }
  const int row = begin(q.row()), column = begin(q.column());
  runs.emit_rectangle(row, row + block, column, column + block);
}

void block(const Query& q, Runs& runs) { blocks(q, runs, 0); }

void shifted(const Query& q, Runs& runs) {
  const int shift = q.layer % 2 == 0 ? 0 : q.pattern.block / 2;
  blocks(q, runs, shift == 0 ? 0 : q.pattern.block - shift);
}

void strided(const Query& q, Runs& runs) {
  const int stride = q.pattern.stride, prefix = q.geometry.prefix;
  runs.emit(std::max(q.i - stride + 1, prefix), q.i + stride);
  for (int64_t key = prefix + (q.i - prefix) % stride; key < q.geometry.keys; key += stride)
    runs.emit(static_cast<int>(key));
}

void bigbird(const Query& q, Runs& runs) {
  local(q, runs);
  runs.tidy();
  Rng rng(static_cast<uint64_t>(q.pattern.random_seed), stream::kPattern + (static_cast<uint64_t>(q.i) << 8));
  const int end = q.pattern.causal ? std::min(q.i + 1, q.geometry.keys) : q.geometry.keys;
  const int missing = runs.count_missing(end);
  for (int n = 0; n < std::min(q.pattern.random, missing); ++n) {
    runs.emit(runs.missing_key(static_cast<int>(rng.below(static_cast<uint32_t>(missing - n)))));
    runs.tidy();
  }
}

void painted(const Query& q, Runs& runs) {
  for (int key = 0; key < q.geometry.keys; ++key)
    if (q.pattern.mask.exists(q.i, key)) runs.emit(key);
}

// ---- the table

constexpr int kLargest = 1 << 20;

std::string window_title(int window, bool grid) {
  return grid ? fmt::format(" {}×{}", 2 * window + 1, 2 * window + 1) : fmt::format(" ±{}", window);
}
std::string block_title(int block, bool grid) {
  return grid ? fmt::format(" {}×{}", block, block) : fmt::format(" {}", block);
}

constexpr PatternSetting window(int usual) {
  return {"window", "How far away the furthest neighbour is.", &Pattern::window, 0, usual, kLargest, window_title};
}
constexpr PatternSetting block(int usual) {
  return {
      "block",    "How many tokens a block holds; of patches, how many a side.", &Pattern::block, 1, usual, kLargest,
      block_title};
}

constexpr PatternSetting kLocal[] = {window(1)};
constexpr PatternSetting kDilated[] = {
    window(1),
    {"dilation", "How many steps it is from one neighbour to the next.", &Pattern::dilation, 1, 2, kLargest,
     [](int dilation, bool) { return fmt::format(", step {}", dilation); }}};
constexpr PatternSetting kBlock[] = {block(3)};
constexpr PatternSetting kShifted[] = {block(4)};
constexpr PatternSetting kStrided[] = {{"stride", "How many neighbours are seen, and after how many tokens one more.",
                                        &Pattern::stride, 1, 7, kLargest,
                                        [](int stride, bool) { return fmt::format(" {}", stride); }}};
constexpr PatternSetting kBigBird[] = {
    window(1),
    {"random", "How many more keys each query sees, drawn at random once and for all.", &Pattern::random, 0, 3, 64,
     [](int random, bool) { return fmt::format(" + {} random", random); }},
    {"seed", "Another number draws other random keys.", &Pattern::random_seed, 0, 0, kLargest, nullptr}};
constexpr PatternSetting kShared[] = {
    {"global", "So many of the first tokens see all, and are seen by all. The class token always is one.",
     &Pattern::global_tokens, 0, 0, kLargest,
     [](int global, bool) { return global > 0 ? fmt::format(" + {} global", global) : std::string(); }}};

struct Row {
  PatternKind kind;
  void (*emit)(const Query&, Runs&);
};

const Row kPatterns[] = {
    {{"dense", "Dense", "Every token attends to every token."}, dense},
    {{"local", "Local", "Each token attends to its neighbours, up to the window away.", kLocal}, local},
    {{"dilated", "Dilated", "Each token attends to neighbours with gaps between them: it reaches further for the same.",
      kDilated},
     dilated},
    {{"block", "Block", "The tokens are cut into blocks; each token attends within its own.", kBlock}, block},
    {{"shifted", "Shifted", "Blocks, moved by half a block in every second layer: so neighbours across a border meet.",
      kShifted, false, true},
     shifted},
    {{"strided", "Strided",
      "Each token attends to the tokens just before and after, and to every one that is a whole number of strides "
      "away.",
      kStrided},
     strided},
    {{"bigbird", "BigBird", "Each token attends to its neighbours and to a few others drawn at random.", kBigBird},
     bigbird},
    {{"painted", "Painted", "You paint which pairs exist.", {}, true}, painted},
};

const Row& find_row(std::string_view name) {
  return find_named(kPatterns, name, "attention pattern", [](const Row& row) { return row.kind.name; });
}

void check_settings(const Pattern& pattern, std::span<const PatternSetting> settings) {
  for (const PatternSetting& setting : settings) {
    const int value = pattern.*setting.value;
    if (value < setting.smallest || value > setting.largest)
      throw Error("The attention pattern's {} is {}; it must be from {} to {}.", setting.name, value, setting.smallest,
                  setting.largest);
  }
}

void check_mask(const PairMask& mask, const Geometry& g) {
  if (mask.tokens() == 0) throw Error("A painted pattern has no pairs yet; paint some in the lane's editor.");
  if (mask.tokens() != g.queries || mask.tokens() != g.keys)
    throw Error(
        "The pattern was painted for {} tokens, but there are {} now; paint it again, or take the patch size "
        "it was painted for.",
        mask.tokens(), g.queries);
}

}  // namespace

float Geometry::distance(int query, int key) const {
  if (query < prefix || key < prefix) return 0;
  if (!is_grid()) return std::abs(static_cast<float>(query - key));
  const int i = query - prefix, j = key - prefix;
  return std::hypot(static_cast<float>(i / columns - j / columns), static_cast<float>(i % columns - j % columns));
}

std::span<const PatternKind> pattern_kinds() {
  static const std::vector<PatternKind> kinds = [] {
    std::vector<PatternKind> all;
    for (const Row& row : kPatterns) all.push_back(row.kind);
    return all;
  }();
  return kinds;
}

const PatternKind& find_pattern(std::string_view name) { return find_row(name).kind; }

std::span<const PatternSetting> shared_pattern_settings() { return kShared; }

Pattern usual_pattern(const PatternKind& kind) {
  Pattern pattern;
  pattern.kind = kind.name;
  for (const PatternSetting& setting : kind.settings) pattern.*setting.value = setting.usual;
  return pattern;
}

void validate(const Pattern& pattern) {
  check_settings(pattern, find_pattern(pattern.kind).settings);
  check_settings(pattern, kShared);
}

void validate(const Pattern& pattern, const Geometry& g) {
  validate(pattern);
  if (g.queries < 1 || g.keys < 1)
    throw Error("Attention needs at least one query and one key; there are {} and {}.", g.queries, g.keys);
  if (g.is_grid() &&
      (g.columns < 1 || g.prefix < 0 || g.queries != g.keys || g.queries != g.prefix + g.rows * g.columns))
    throw Error("A grid of {} × {} patches and {} tokens before it do not make {} queries and {} keys.", g.rows,
                g.columns, g.prefix, g.queries, g.keys);
  if (g.is_grid() && pattern.causal)
    throw Error("Causal attention needs tokens in a sequence; the patches of a picture have no before and after.");
  if (find_pattern(pattern.kind).painted) check_mask(pattern.mask, g);
}

void join_runs(std::vector<KeyRun>& runs, size_t first) {
  const auto before = [](const KeyRun& a, const KeyRun& b) { return a.begin < b.begin; };
  if (!std::is_sorted(runs.begin() + first, runs.end(), before)) std::sort(runs.begin() + first, runs.end(), before);
  size_t kept = first;
  for (size_t at = first; at < runs.size(); ++at) {
    if (kept > first && runs[at].begin <= runs[kept - 1].end)
      runs[kept - 1].end = std::max(runs[kept - 1].end, runs[at].end);
    else
      runs[kept++] = runs[at];
  }
  runs.resize(kept);
}

void append_runs(const Pattern& pattern, const Geometry& g, int layer, int i, std::vector<KeyRun>& all) {
  const Row& row = find_row(pattern.kind);
  const int global = std::max(pattern.global_tokens, row.kind.painted ? 0 : g.prefix);
  Runs runs(all, g);
  runs.emit(0, i < global ? g.keys : global);
  if (i >= global) row.emit({pattern, g, layer, i}, runs);
  runs.tidy();
  if (pattern.causal) runs.keep_up_to(i);
}

}  // namespace lab
