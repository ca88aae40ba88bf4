// The trainer's part in what is learned so far: carried to another device and back, kept, taken up again, branched off,
// looked at as it was.

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/train/lane_state.h"

namespace lab {

void Trainer::settle_on(Device& device) {
  device_ = &device;
  for (auto& lane : lanes_) lane->settle_on(device);
  build_training_networks();
}

// All lanes' numbers reach the host before the first is copied: a device that fails in between spoils nothing.
void Trainer::keep() {
  for (auto& lane : lanes_)
    for (Tensor numbers : lane->learned()) device_->download(numbers);
  for (auto& lane : lanes_) lane->keep();
  since_kept_ = 0;
}

void Trainer::move_to(Device& device) {
  surviving([&] { keep(); });
  Device& before = *device_;
  try {
    settle_on(device);
  } catch (...) {
    settle_on(before);
    throw;
  }
  setback_.clear();
}

void Trainer::fall_back(const std::string& reason) {
  const int64_t again = std::exchange(since_kept_, 0);
  for (auto& lane : lanes_) lane->restore();
  settle_on(cpu_device());
  while (since_kept_ < again) step_on_device();
  setback_ = fmt::format("{} Training goes on on the CPU from step {}.", reason, steps());
}

TrainingState Trainer::state() {
  TrainingState state{experiment_, {}};
  for (int lane = 0; lane < lanes(); ++lane) state.lanes.push_back(learned(lane));
  return state;
}

LearnedLane Trainer::learned(int lane, bool whole) {
  LearnedLane copy;
  surviving([&] {
    const auto now = lanes_[lane]->learned();
    for (size_t i = 0; i < (whole ? now.size() : 1); ++i) device_->download(now[i]);
  });
  lanes_[lane]->copy_learned(copy, whole);
  return copy;
}

void Trainer::restore(const TrainingState& state) {
  validate(state.experiment, data_->train.height, data_->train.width);
  bool fits = !needs_restart(experiment_, state.experiment) && state.lanes.size() == lanes_.size();
  for (size_t lane = 0; fits && lane < lanes_.size(); ++lane) fits = lanes_[lane]->fits(state.lanes[lane]);
  if (!fits) throw Error("That training was of another experiment; start that one to go on with it.");
  experiment_ = state.experiment;
  set_knobs();
  for (size_t lane = 0; lane < lanes_.size(); ++lane) {
    lanes_[lane]->kept = state.lanes[lane];
    lanes_[lane]->restore();
    lanes_[lane]->record.reset();
  }
  since_kept_ = 0;
  surviving([&] { settle_on(*device_); });
}

void Trainer::branch(int from, const LearnedLane& then, const Lane& lane) {
  Experiment wider = experiment_;
  wider.lanes.push_back(lane);
  validate(wider, data_->train.height, data_->train.width);
  if (!lanes_[from]->fits(then)) throw Error("A lane goes on from a checkpoint only; choose one.");
  auto fresh = std::make_unique<LaneState>(LearnerShape{*data_, experiment_.model, lane}, experiment_.seed);
  set_knobs(*fresh, lane);
  fresh->take_over(then, lanes_[from]->parameters, fresh->optimising.kind == lanes_[from]->optimising.kind);
  surviving([&] { keep(); });
  fresh->settle_on(*device_);
  fresh->training = training_learners(lane, *fresh);
  lanes_.push_back(std::move(fresh));
  experiment_ = std::move(wider);
}

void Trainer::take_weights(int lane, std::span<const float> values) {
  const std::span<float> now = lanes_[lane]->parameters.values();
  std::copy(values.begin(), values.end(), now.begin());
  surviving([&] { device_->upload(LaneState::tensor(now)); });
}

// A device that fails meanwhile leaves the lanes as they were kept, on the CPU, which does not fail: so look again.
void Trainer::visit(std::span<const LearnedLane* const> then, const std::function<void()>& look) {
  surviving([&] { keep(); });
  const auto put_back = [&] {
    for (int lane = 0; lane < static_cast<int>(then.size()); ++lane) take_weights(lane, lanes_[lane]->kept.values);
  };
  try {
    const Device* before = nullptr;
    while (std::exchange(before, device_) != device_) {
      for (int lane = 0; lane < static_cast<int>(then.size()); ++lane) take_weights(lane, then[lane]->values);
      look();
    }
  } catch (...) {
    put_back();
    throw;
  }
  put_back();
}

}  // namespace lab
