#include "core/history/history.h"

#include <algorithm>
#include <bit>

namespace lab {

namespace {

size_t bytes_of(const CurveRecorder& recorder) { return 2 * recorder.curve().step.size() * sizeof(float); }

/// The weights alone.
LaneMomentPtr lightened(const LaneMoment& lane) {
  LaneMoment light = {lane.learned, lane.test, std::nullopt};
  light.learned.first = light.learned.second = light.learned.stopping.best = {};
  return std::make_shared<const LaneMoment>(std::move(light));
}

}  // namespace

size_t LaneMoment::bytes() const {
  size_t total = sizeof(LaneMoment) + learned.bytes();
  if (record)
    for (const CurveRow& row : kCurves) total += bytes_of((*record).*row.curve);
  return total;
}

bool Moment::checkpoint() const {
  return !lanes.empty() && std::all_of(lanes.begin(), lanes.end(),
                                       [](const LaneMomentPtr& lane) { return lane->learned.whole() && lane->record; });
}

TrainingState Moment::state() const {
  TrainingState state{*experiment, {}};
  for (const LaneMomentPtr& lane : lanes) state.lanes.push_back(lane->learned);
  return state;
}

size_t Moment::bytes() const {
  size_t total = sizeof(Moment);
  for (const LaneMomentPtr& lane : lanes) total += lane->bytes();
  return total;
}

int64_t History::stride(int64_t step) const {
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(std::max<int64_t>(step / a_doubling_, 1))));
}

bool History::due(int64_t step) const { return budget_ > 0 && step % stride(step) == 0; }

bool History::checkpoint_due(int64_t step) const {
  return budget_ > 0 && step % (kMomentsACheckpoint * stride(step)) == 0;
}

void History::add(Moment moment) {
  bytes_ += static_cast<int64_t>(moment.bytes());
  moments_.push_back(std::move(moment));
  keep_to_budget();
}

void History::add_lane(int64_t step, LaneMoment lane, const std::shared_ptr<const Experiment>& experiment) {
  const auto found = std::lower_bound(moments_.begin(), moments_.end(), step,
                                      [](const Moment& moment, int64_t wanted) { return moment.step < wanted; });
  if (found == moments_.end() || found->step != step) return;
  bytes_ += static_cast<int64_t>(lane.bytes());
  found->lanes.push_back(std::make_shared<const LaneMoment>(std::move(lane)));
  found->experiment = experiment;
  keep_to_budget();
}

const Moment* History::at_or_before(int64_t step) const {
  const auto after = std::upper_bound(moments_.begin(), moments_.end(), step,
                                      [](int64_t wanted, const Moment& moment) { return wanted < moment.step; });
  return after == moments_.begin() ? nullptr : &*(after - 1);
}

const Moment* History::checkpoint_at_or_before(int64_t step) const {
  const Moment* found = at_or_before(step);
  if (found == nullptr) return nullptr;
  while (!found->checkpoint())
    if (found-- == moments_.data()) return nullptr;
  return found;
}

void History::forget_after(int64_t step) {
  while (!moments_.empty() && moments_.back().step > step) {
    bytes_ -= static_cast<int64_t>(moments_.back().bytes());
    moments_.pop_back();
  }
}

void History::clear() {
  moments_.clear();
  bytes_ = 0;
  a_doubling_ = kMostADoubling;
}

void History::set_budget(int64_t bytes) {
  budget_ = bytes;
  if (budget_ <= 0) clear();
  keep_to_budget();
}

// Where one moment a doubling is too much, the oldest go.
void History::keep_to_budget() {
  while (bytes_ > budget_ && a_doubling_ > 1) thin();
  while (bytes_ > budget_ && !moments_.empty()) {
    bytes_ -= static_cast<int64_t>(moments_.front().bytes());
    moments_.erase(moments_.begin());
  }
}

void History::thin() {
  a_doubling_ /= 2;
  std::erase_if(moments_, [&](const Moment& moment) { return !due(moment.step); });
  bytes_ = 0;
  for (Moment& moment : moments_) {
    if (!checkpoint_due(moment.step))
      for (LaneMomentPtr& lane : moment.lanes)
        if (lane->learned.whole()) lane = lightened(*lane);
    bytes_ += static_cast<int64_t>(moment.bytes());
  }
}

}  // namespace lab
