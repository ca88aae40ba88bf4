#pragma once
// Recorder: keeps a live run's history while it trains, within a share of its time, and shows a moment of it.
// It belongs to the LiveRun's thread.
//
//   recorder.begin(trainer, records);                            // 1. a run begins, goes on from a file, or went back
//   recorder.after_step(trainer, records, seconds);              // 2. after each step
//   recorder.look_back(120);                                     // 3. what is shown is of then
//   if (const Moment* then = recorder.shown()) trainer.visit(weights_of(*then), [&] { … trainer.read(…) … });

#include "core/base/recent_median.h"
#include "core/history/history.h"
#include "core/live/command.h"
#include "core/live/snapshot.h"

namespace lab {

class Recorder {
 public:
  /// Share of the time that training takes, for a usual moment. What would cost more is left out.
  double most_time = command::kHistoryTime;

  History& history() { return history_; }
  const History& history() const { return history_; }

  /// Forgets all and remembers the run as it is now, as a checkpoint.
  void begin(Trainer& trainer, const std::vector<LaneRecord>& records);
  /// The same, with what a saved run remembers of itself.
  void take_over(std::vector<Moment> moments, Trainer& trainer, const std::vector<LaneRecord>& records);
  /// What the lanes that just trained have learned, where it is due; `seconds` is what the step took.
  void after_step(Trainer& trainer, const std::vector<LaneRecord>& records, double seconds);

  /// To the moment of that step: lanes that came later and are there now.
  void add_latecomers(Trainer& trainer, const std::vector<LaneRecord>& records, int64_t step);

  /// The moment of that step or before; −1: now.
  void look_back(int64_t step) { looks_at_ = step; }
  /// Null: now.
  const Moment* shown() const { return looks_at_ < 0 ? nullptr : history_.at_or_before(looks_at_); }

  /// For a snapshot.
  HistorySnapshot describe(const Trainer& trainer) const;

 private:
  bool affordable(int64_t step) const;
  void remember(Trainer& trainer, const std::vector<LaneRecord>& records, int64_t step);
  void add_moment(Trainer& trainer, const std::vector<LaneRecord>& records, int64_t step);

  History history_;
  int64_t looks_at_ = -1;
  std::shared_ptr<const Experiment> experiment_;  // of the latest moment
  int64_t latest_ = 0;                            // the step it was of
  RecentMedian step_seconds_, moment_seconds_;
};

/// What the lanes of a moment are shown to have done: losses and tests of then.
void show_figures(const Moment& then, std::vector<LaneSnapshot>& lanes);
/// The weights of a moment, for Trainer::visit.
std::vector<const LearnedLane*> weights_of(const Moment& then);

}  // namespace lab
