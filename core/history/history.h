#pragma once
// History: what a run remembers of itself. A moment holds the lanes' weights after some step: of every step at first,
// then of so many steps in each doubling of their number. Attention, predictions and all else of then are computed from
// the weights of then just as those of now are from the weights of now, so any picture can be asked about. Every eighth
// moment is a checkpoint: it holds the optimiser's state and the curves too, and training can go on from there.
//
//   History history;                                        // 1. with a memory budget
//   if (history.due(step)) history.add({step, …});          // 2. after a step
//   const Moment* then = history.at_or_before(120);         // 3. null: nothing is remembered of then
//
// When the budget is full, each doubling keeps half as many moments.

#include <memory>
#include <optional>
#include <vector>

#include "core/history/lane_record.h"

namespace lab {

struct LaneMoment {
  LearnedLane learned;               // whole at a checkpoint
  Evaluation test;                   // the latest of then
  std::optional<LaneRecord> record;  // at a checkpoint

  size_t bytes() const;
};
using LaneMomentPtr = std::shared_ptr<const LaneMoment>;

struct Moment {
  int64_t step = 0;
  std::shared_ptr<const Experiment> experiment;  // of then
  std::vector<LaneMomentPtr> lanes;

  /// Whether training can go on from here.
  bool checkpoint() const;
  /// Of a checkpoint.
  TrainingState state() const;
  size_t bytes() const;
};

class History {
 public:
  static constexpr int64_t kUsualBudget = 400'000'000;  // bytes
  static constexpr int64_t kMostADoubling = 128;        // moments
  static constexpr int64_t kMomentsACheckpoint = 8;

  explicit History(int64_t budget = kUsualBudget) : budget_(budget) {}

  /// Whether the lanes after that step are worth remembering, and whether as a checkpoint.
  bool due(int64_t step) const;
  bool checkpoint_due(int64_t step) const;
  /// Steps come in order.
  void add(Moment moment);
  /// A lane that came later and now catches up: to the moment of that step, if there is one.
  void add_lane(int64_t step, LaneMoment lane, const std::shared_ptr<const Experiment>& experiment);

  const std::vector<Moment>& moments() const { return moments_; }
  const Moment* at_or_before(int64_t step) const;
  const Moment* checkpoint_at_or_before(int64_t step) const;

  void forget_after(int64_t step);
  void clear();

  int64_t bytes() const { return bytes_; }
  int64_t budget() const { return budget_; }
  /// 0: nothing is remembered.
  void set_budget(int64_t bytes);

 private:
  /// Of the steps around this one, every so many are remembered.
  int64_t stride(int64_t step) const;
  void thin();
  void keep_to_budget();

  int64_t budget_, bytes_ = 0;
  int64_t a_doubling_ = kMostADoubling;
  std::vector<Moment> moments_;  // by step
};

}  // namespace lab
