#include "app/panels/cost/scaling_control.h"

#include <algorithm>
#include <utility>

#include "app/panels/cost/budget_control.h"

namespace lab {
namespace {

constexpr BesideLanes kBeside[] = {
    {"linear", "+ linear",
     "Linear attention too, which has no weights of pairs; measured from the next measurement on.", "I",
     colour::rgb(0xB07D00), &ScalingState::linear},
    {"hierarchical", "+ hierarchical",
     "Attention too that chooses two blocks of keys for each query by their means; measured from the next "
     "measurement on.",
     "Ctrl+I", colour::rgb(0x6A4C93), &ScalingState::hierarchical},
    {"dense:kept", "+ map kept",
     "Dense attention too that stores its whole map of weights, as a textbook would; measured from the next "
     "measurement on.",
     "Y", colour::rgb(0x1D2126), &ScalingState::kept_map},
};

ScalingSettings settings_of(const Snapshot& snapshot, const ScalingState& state, bool timed) {
  ScalingSettings settings = state.range;
  settings.timed = timed;
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

/// Anew where the lanes changed.
void count_what_can_be(const Snapshot& snapshot, const View& view, ScalingState& state) {
  if (state.job || !snapshot.data || snapshot.experiment.lanes.empty()) return;
  const ScalingSettings settings = settings_of(snapshot, state, false);
  if (!state.counted || state.counted->latest()->settings != settings)
    state.counted = std::make_unique<ScalingJob>(settings, view.wake);
}

}  // namespace

std::span<const BesideLanes> beside_lanes() { return kBeside; }

AttentionSubject subject_of(const BesideLanes& choice, bool grid) {
  AttentionSubject subject = parse_subject(choice.lane, grid);
  subject.beside = true;
  return subject;
}

bool measuring(const ScalingState& state) { return state.waiting || at_work(state); }

ScalingResultPtr scaling_result(const ScalingState& state) {
  if (state.job) return state.job->latest();
  return state.counted ? state.counted->latest() : nullptr;
}

void next_quantity(ScalingState& state) {
  state.quantity = state.quantity == Quantity::kBytes ? Quantity::kMultiplyAdds
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
  if (!state.job && !is_time(state.quantity)) state.quantity = Quantity::kForward;  // what is measured
  state.resume = snapshot.phase == Phase::kRunning;
  if (state.resume) commands.send(command::Pause{});
}

void follow_scaling(const Snapshot& snapshot, View& view, Commands& commands) {
  ScalingState& state = view.scaling;
  const bool training = snapshot.phase == Phase::kRunning;
  if (state.waiting && !training) {
    state.waiting = false;
    state.disturbed = false;
    state.counted.reset();
    state.job = std::make_unique<ScalingJob>(settings_of(snapshot, state, true), view.wake);
  }
  if (view.page == Page::kScaling) count_what_can_be(snapshot, view, state);
  if (at_work(state) && training) state.disturbed = true;
  if (!measuring(state) && std::exchange(state.resume, false) && !training) commands.send(command::Play{});
}

}  // namespace lab
