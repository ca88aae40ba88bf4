#pragma once
// Sweep: a table of ways to spend attention, each trained from several seeds, so that luck can be told from merit.
// Settings train in lock-step, up to four at a time, as the lanes of one Trainer; a setting's result does not depend on
// which others train beside it.
//
//   Sweep sweep = load_sweep("ways.json");                  // 1. see sweep_file.h
//   auto results = run_sweep(sweep, data, {}, report);      // 2. or with the results of an earlier part
//   for (const SweepMean& mean : sweep_means(sweep, results)) …   // 3. means and their spread

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/train/experiment.h"
#include "core/train/trade_off.h"

namespace lab {

struct Sweep {
  static constexpr int kMostSettings = 64, kMostSeeds = 64;

  Experiment base;             // its lanes and its seed do not count
  std::vector<Lane> settings;  // the table
  std::vector<uint64_t> seeds = {7, 8, 9};
  int epochs = 1;
  int steps = 0;  // above 0: end after so many, whatever `epochs` says
  bool operator==(const Sweep&) const = default;
};

/// Throws Error on the first thing that is out of range, twice there, or does not fit. Picture sizes of 0 are not
/// checked.
void validate(const Sweep& sweep, int picture_height = 0, int picture_width = 0);

/// One setting, trained from one seed.
struct SweepResult {
  std::string setting;  // as text(Lane) writes it
  uint64_t seed = 0;
  int64_t steps = 0;
  double accuracy = 0, loss = 0;  // on all test pictures
  int64_t multiply_adds = 0;      // attention's, one training step
  double step_ms = 0;             // measured: the median training step
  int64_t bytes = 0;              // attention weights kept for one training step
  bool operator==(const SweepResult&) const = default;
};

/// How far a sweep is.
struct SweepProgress {
  std::vector<SweepResult> results;
  double share = 0;  // of all training steps, 0 … 1
  std::string now;   // "Dense, Local 3×3 from seed 7: step 20 of 937"
};
using SweepReport = std::function<bool(const SweepProgress&)>;

/// Trains what is not among `done` yet. `report` is called before every training step and once after the last; false
/// ends it. Returns all results, those of `done` first. Throws Error when the sweep does not fit the data or training
/// breaks down.
std::vector<SweepResult> run_sweep(const Sweep& sweep, const DatasetPtr& data, std::vector<SweepResult> done,
                                   const SweepReport& report);

/// A setting's results over all seeds that are done.
struct SweepMean {
  Lane lane;
  int runs = 0;
  Spread accuracy, loss, step_ms;
  int64_t multiply_adds = 0, bytes = 0;
};
/// In the order of the table; settings without a result are left out.
std::vector<SweepMean> sweep_means(const Sweep& sweep, std::span<const SweepResult> results);

}  // namespace lab
