#pragma once
// Spending: how attention is spent, as a value: which pairs exist, how alike their queries and keys
// are, and where the weights come from.
// Allocation: one way for a whole model, and exceptions for some heads of some layers; of exceptions for the same head
// the last one counts. Written as
//
//   dense+local:window=1,heads=1-2+block:block=3,score=cosine,layers=2
//
// the base first, then the exceptions; layers and heads are counted from 1, and are all where nothing is said. A
// strategy's name may stand for the dense pattern with it: "linear", "top_k:k=5".

#include <string>
#include <string_view>
#include <vector>

#include "core/attention/pattern.h"
#include "core/attention/strategy.h"

namespace lab {

struct Spending {
  Pattern pattern;
  std::string score = "scaled_dot";  // see attention/score.h
  Strategy strategy = {};
  bool operator==(const Spending&) const = default;
};

/// Layers or heads first … last, counted from 1; 0 … 0: all.
struct Range {
  int first = 0, last = 0;

  bool all() const { return first == 0; }
  /// `index` counts from 0.
  bool has(int index) const { return all() || (index + 1 >= first && index + 1 <= last); }
  bool operator==(const Range&) const = default;
};
/// "2", "1-3" or "all" → Range, and back. Throws Error, saying what (`what`: "heads"), on anything else.
Range parse_range(std::string_view text, std::string_view what);
std::string text(const Range& range);
/// Throws Error, saying whose range it is, where it is not within the `count` there are.
void check_range(std::string_view whose, const Range& range, int count, std::string_view what);

struct HeadException {
  Range layers, heads;
  Spending spending;
  bool operator==(const HeadException&) const = default;
};

struct Allocation : Spending {
  static constexpr int kMostExceptions = 8;

  std::vector<HeadException> exceptions = {};
  bool operator==(const Allocation&) const = default;
};

/// What a head of a layer does, both counted from 0.
const Spending& spending_of(const Allocation& allocation, int layer, int head);

/// Neighbouring heads of one layer that spend attention alike; counted from 0.
struct HeadGroup {
  int first = 0, count = 0;
  Spending spending;
};
/// All heads of a layer (counted from 0), in order.
std::vector<HeadGroup> head_groups(const Allocation& allocation, int layer, int heads);

/// Throws Error when a score, strategy or pattern is unknown, a setting out of range, or an exception is for a layer or
/// head that the model does not have.
void validate(const Allocation& allocation, int layers, int heads);

/// Throws Error on anything else than the syntax above.
Allocation parse_allocation(std::string_view text);
std::string text(const Allocation& allocation);
/// For people: "Local 3×3, cosine", "Dense, heads 1–2 local 3×3". `grid` says whether in two dimensions.
std::string title(const Spending& spending, bool grid);
std::string title(const Allocation& allocation, bool grid);
/// "layer 2, heads 1–2", "all heads".
std::string title_of_place(const HeadException& exception);

}  // namespace lab
