#pragma once
// What the lanes of a task of texts are held against: what counting alone reaches on the same test set. It is counted
// on a thread of its own, once for each data set.

#include <memory>
#include <optional>
#include <vector>

#include "core/base/job.h"
#include "core/data/tasks.h"

namespace lab {

struct BaselineState {
  using Counting = Job<std::optional<Baseline>>;
  std::weak_ptr<const Dataset> data;               // that the last of these is of
  std::vector<std::unique_ptr<Counting>> counted;  // those before it end by themselves
};

}  // namespace lab
