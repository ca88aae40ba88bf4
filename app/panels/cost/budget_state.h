#pragma once
// What the Budget page remembers: the points that were pinned, what is shown, and the sweep.

#include <memory>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/train/sweep.h"

namespace lab {

/// Where one lane stood when it was pinned.
struct Standing {
  std::string title;
  int lane = 0;  // its colour and shape
  int64_t step = 0;
  double epoch = 0;
  double accuracy = 0, loss = 0;
  double multiply_adds = 0, step_ms = 0, bytes = 0;  // of one training step
};

enum class Price { kMultiplyAdds, kTime, kBytes };

struct SweepShown {
  Sweep sweep;
  SweepProgress progress;
};

struct BudgetState {
  std::vector<Standing> pinned;
  bool loss = false;  // judged by the loss instead of the accuracy
  Price price = Price::kMultiplyAdds;

  std::vector<std::string> ways;  // of the table, beside the lanes
  int seeds = 3, steps = 300;
  std::unique_ptr<Job<SweepShown>> sweep;   // the last one; null: none yet
  std::shared_ptr<const SweepShown> found;  // of an earlier time; null: none
  std::string folder;                       // where sweeps are kept; empty: nowhere
  std::string file;                         // where the last one is; empty: nowhere
  bool paused = false;                      // by the viewer
  bool resume = false;                      // training, once the sweep has ended
};

}  // namespace lab
