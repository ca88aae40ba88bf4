#include "app/panels/scaling_control.h"

#include <utility>

namespace lab {
namespace {

ScalingSettings settings_of(const Snapshot& snapshot, const ScalingState& state) {
  ScalingSettings settings = state.range;
  const ModelSettings& model = snapshot.experiment.model;
  settings.sizes = {model.layers, model.heads, model.width / model.heads, snapshot.geometry.is_grid()};
  settings.subjects.clear();
  for (const Lane& lane : snapshot.experiment.lanes) settings.subjects.push_back(subject_of(lane, settings.sizes.grid));
  if (state.linear) settings.subjects.push_back(linear_subject());
  if (state.kept_map) settings.subjects.push_back(kept_map_subject());
  return settings;
}

bool at_work(const ScalingState& state) { return state.job && !ended(*state.job->latest()); }

}  // namespace

bool measuring(const ScalingState& state) { return state.waiting || at_work(state); }

ScalingResultPtr scaling_result(const ScalingState& state) { return state.job ? state.job->latest() : nullptr; }

void next_quantity(ScalingState& state) {
  state.quantity = state.quantity == Quantity::kBytes ? Quantity::kForward
                                                      : static_cast<Quantity>(static_cast<int>(state.quantity) + 1);
}

void measure_or_stop(const Snapshot& snapshot, View& view, Commands& commands) {
  ScalingState& state = view.scaling;
  if (measuring(state)) {
    state.waiting = false;
    if (state.job) state.job->stop();
    return;
  }
  if (!snapshot.data) return;
  state.waiting = true;
  state.resume = snapshot.phase == Phase::kRunning;
  if (state.resume) commands.send(command::Pause{});
}

void follow_scaling(const Snapshot& snapshot, View& view, Commands& commands) {
  ScalingState& state = view.scaling;
  const bool training = snapshot.phase == Phase::kRunning;
  if (state.waiting && !training) {
    state.waiting = false;
    state.disturbed = false;
    state.job = std::make_unique<ScalingJob>(settings_of(snapshot, state), view.wake);
  }
  if (at_work(state) && training) state.disturbed = true;
  if (!measuring(state) && std::exchange(state.resume, false) && !training) commands.send(command::Play{});
}

}  // namespace lab
