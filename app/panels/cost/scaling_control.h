#pragma once
// What the viewer can ask of the Scaling page, by mouse or key, and how it goes on between frames. Training pauses
// while it measures, since both would share the processors, and goes on afterwards.

#include <span>

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/colours.h"

namespace lab {

/// Starts measuring the lanes of the experiment, or stops what is under way. Not while a sweep trains.
void measure_or_stop(const Snapshot& snapshot, View& view, Commands& commands);
/// Once a frame, whichever page is open: begins once training has paused, and lets it go on at the end. While the page
/// is open and nothing was measured yet, counts what can be counted of the lanes as they are.
void follow_scaling(const Snapshot& snapshot, View& view, Commands& commands);

/// What can be measured beside the lanes.
struct BesideLanes {
  const char* lane;         // as parse_subject takes it
  const char* name;         // on its chip
  const char* explanation;  // in its tooltip
  const char* key;
  ImU32 colour;
  bool ScalingState::*on;
};
std::span<const BesideLanes> beside_lanes();
/// What is measured for it; `grid` as AttentionSizes has it.
AttentionSubject subject_of(const BesideLanes& choice, bool grid);

/// Whether a measurement is under way, or about to be.
bool measuring(const ScalingState& state);
/// What was measured last, or counted until then; null: nothing yet.
ScalingResultPtr scaling_result(const ScalingState& state);
/// The multiply-adds, the time forward, the time both ways, the memory, and again.
void next_quantity(ScalingState& state);

}  // namespace lab
