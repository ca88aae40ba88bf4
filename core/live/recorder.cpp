#include "core/live/recorder.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace lab {

namespace {

constexpr size_t kFirstMoments = 8;  // after which what a moment costs is known

LaneMoment lane_moment(Trainer& trainer, const LaneRecord& record, int lane, bool whole) {
  LaneMoment moment = {trainer.learned(lane, whole), record.test, std::nullopt};
  if (whole) moment.record = record;
  return moment;
}

}  // namespace

void Recorder::begin(Trainer& trainer, const std::vector<LaneRecord>& records) {
  history_.clear();
  looks_at_ = -1;
  step_seconds_ = moment_seconds_ = {};
  if (history_.budget() > 0) remember(trainer, records, trainer.steps());
}

void Recorder::take_over(std::vector<Moment> moments, Trainer& trainer, const std::vector<LaneRecord>& records) {
  history_.clear();
  if (history_.budget() <= 0) return;
  for (Moment& moment : moments) history_.add(std::move(moment));
  if (history_.moments().empty() || history_.moments().back().step < trainer.steps())
    remember(trainer, records, trainer.steps());
}

void Recorder::after_step(Trainer& trainer, const std::vector<LaneRecord>& records, double seconds) {
  step_seconds_.add(seconds);
  int64_t step = trainer.steps();
  for (const LaneRecord& record : records) step = std::min(step, record.steps);
  if (!history_.due(step) || !affordable(step)) return;
  const auto start = std::chrono::steady_clock::now();
  remember(trainer, records, step);
  moment_seconds_.add(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

// Whether training since the latest moment took so long that another is a small part of it.
bool Recorder::affordable(int64_t step) const {
  if (moment_seconds_.count() < kFirstMoments) return true;
  const double trained = static_cast<double>(std::abs(step - latest_)) * step_seconds_.median();
  return moment_seconds_.median() <= most_time * trained;
}

// All lanes together, or those that catch up with the others.
void Recorder::remember(Trainer& trainer, const std::vector<LaneRecord>& records, int64_t step) {
  if (!experiment_ || *experiment_ != trainer.experiment())
    experiment_ = std::make_shared<const Experiment>(trainer.experiment());
  latest_ = step;
  const bool known = !history_.moments().empty() && history_.moments().back().step >= step;
  if (known || step != trainer.steps())
    add_latecomers(trainer, records, step);
  else
    add_moment(trainer, records, step);
}

void Recorder::add_moment(Trainer& trainer, const std::vector<LaneRecord>& records, int64_t step) {
  const bool whole = history_.moments().empty() || history_.checkpoint_due(step);
  Moment moment = {step, experiment_, {}};
  for (int lane = 0; lane < trainer.lanes(); ++lane)
    moment.lanes.push_back(std::make_shared<const LaneMoment>(lane_moment(trainer, records[lane], lane, whole)));
  history_.add(std::move(moment));
}

void Recorder::add_latecomers(Trainer& trainer, const std::vector<LaneRecord>& records, int64_t step) {
  const Moment* there = history_.at_or_before(step);
  if (there == nullptr || there->step != step) return;
  const auto experiment = std::make_shared<const Experiment>(trainer.experiment());
  const bool whole = there->checkpoint();
  for (int lane = static_cast<int>(there->lanes.size()); lane < trainer.lanes(); ++lane)
    if (trainer.steps(lane) == step)
      history_.add_lane(step, lane_moment(trainer, records[lane], lane, whole), experiment);
}

HistorySnapshot Recorder::describe(const Trainer& trainer) const {
  HistorySnapshot s;
  s.marks.reserve(history_.moments().size());
  for (const Moment& moment : history_.moments()) s.marks.push_back({moment.step, moment.checkpoint()});
  s.past = shown() != nullptr;
  s.live_step = trainer.steps();
  s.bytes = history_.bytes();
  s.budget = history_.budget();
  return s;
}

void show_figures(const Moment& then, std::vector<LaneSnapshot>& lanes) {
  for (size_t lane = 0; lane < lanes.size(); ++lane) {
    const LaneMoment& moment = *then.lanes[lane];
    lanes[lane].steps = moment.learned.steps;
    lanes[lane].last_train_loss = moment.learned.loss;
    lanes[lane].last_test_loss = static_cast<float>(moment.test.loss);
    lanes[lane].last_test_accuracy = static_cast<float>(moment.test.accuracy);
  }
}

std::vector<const LearnedLane*> weights_of(const Moment& then) {
  std::vector<const LearnedLane*> weights;
  for (const LaneMomentPtr& lane : then.lanes) weights.push_back(&lane->learned);
  return weights;
}

}  // namespace lab
