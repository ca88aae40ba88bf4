#include "app/panels/cost/scaling_control.h"

#include <algorithm>
#include <utility>

#include "app/panels/cost/budget_control.h"

namespace lab {
namespace {

constexpr BesideLanes kBeside[] = {
    {"linear", "+ linear",
     "Measures linear attention too, which has no weights of pairs. Counts from the next measurement.", "I",
     colour::rgb(0xB07D00), &ScalingState::linear},
    {"hierarchical", "+ hierarchical",
     "Measures attention too that chooses two blocks of keys for each query by their means. Counts from the next "
     "measurement.",
     "Ctrl+I", colour::rgb(0x6A4C93), &ScalingState::hierarchical},
    {"dense:kept", "+ dense, map kept",
     "Measures dense attention that stores its whole map of weights too, as a textbook would. Counts from the next "
     "measurement.",
     "Y", colour::rgb(0x1D2126), &ScalingState::kept_map},
};

ScalingSettings settings_of(const Snapshot& snapshot, const ScalingState& state) {
  ScalingSettings settings = state.range;
  const ModelSettings& model = snapshot.experiment.model;
  settings.sizes = {model.layers, model.heads, model.width / model.heads, snapshot.geometry.is_grid()};
  settings.subjects.clear();
  for (const Lane& lane : snapshot.experiment.lanes) settings.subjects.push_back(subject_of(lane, settings.sizes.grid));
  for (const BesideLanes& choice : kBeside) {
    AttentionSubject subject = subject_of(choice, settings.sizes.grid);
    const auto same = [&](const AttentionSubject& lane) {
      return lane.allocation == subject.allocation && lane.keeps_map == subject.keeps_map;
    };
    const auto& lanes = settings.subjects;
    if (state.*choice.on && std::none_of(lanes.begin(), lanes.end(), same))
      settings.subjects.push_back(std::move(subject));
  }
  return settings;
}

bool at_work(const ScalingState& state) { return state.job && !ended(*state.job->latest()); }

}  // namespace

std::span<const BesideLanes> beside_lanes() { return kBeside; }

AttentionSubject subject_of(const BesideLanes& choice, bool grid) {
  AttentionSubject subject = parse_subject(choice.lane, grid);
  subject.beside = true;
  return subject;
}

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
  if (sweeping(view.budget) && !view.budget.paused) {
    view.trouble = "A sweep is training, which would disturb the measurement; pause or end it on the Budget page.";
    return;
  }
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
