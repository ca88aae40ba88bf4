#include "core/attention/spending.h"

#include <algorithm>

#include "core/attention/score.h"
#include "core/base/error.h"

namespace lab {

namespace {

void validate(const Spending& spending) {
  find_score(spending.score);
  validate(spending.pattern);
  validate(spending.strategy, spending.score, spending.pattern);
}

}  // namespace

void check_range(std::string_view whose, const Range& range, int count, std::string_view what) {
  if (range.all()) return;
  if (range.first < 1 || range.last < range.first || range.last > count)
    throw Error("{} is for the {} {}; there are {} {}, counted from 1.", whose, what, text(range), count, what);
}

const Spending& spending_of(const Allocation& allocation, int layer, int head) {
  const auto& exceptions = allocation.exceptions;
  const auto last = std::find_if(exceptions.rbegin(), exceptions.rend(), [&](const HeadException& exception) {
    return exception.layers.has(layer) && exception.heads.has(head);
  });
  return last == exceptions.rend() ? allocation : last->spending;
}

std::vector<HeadGroup> head_groups(const Allocation& allocation, int layer, int heads) {
  std::vector<HeadGroup> groups;
  for (int head = 0; head < heads; ++head) {
    const Spending& spending = spending_of(allocation, layer, head);
    if (groups.empty() || !(groups.back().spending == spending)) groups.push_back({head, 0, spending});
    ++groups.back().count;
  }
  return groups;
}

void validate(const Allocation& allocation, int layers, int heads) {
  validate(static_cast<const Spending&>(allocation));
  if (allocation.exceptions.size() > Allocation::kMostExceptions)
    throw Error("A lane has {} exceptions; it can have up to {}.", allocation.exceptions.size(),
                Allocation::kMostExceptions);
  for (const HeadException& exception : allocation.exceptions) {
    check_range("A lane's exception", exception.layers, layers, "layers");
    check_range("A lane's exception", exception.heads, heads, "heads");
    validate(exception.spending);
  }
}

}  // namespace lab
