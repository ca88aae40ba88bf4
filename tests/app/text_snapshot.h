#pragma once
// A snapshot of a small run of texts, after three training steps.

#include <string>

#include "core/live/live_run.h"

namespace lab::testing {

/// Of a test text, or of the one that is typed.
inline Snapshot snapshot_of(const Experiment& experiment, const std::string& typed = "") {
  LiveRun run(experiment);
  for (int step = 0; step < 3; ++step) run.advance();
  if (!typed.empty()) run.apply(command::SetProbeText{typed});
  Snapshot snapshot = *run.snapshot();
  snapshot.serial = 1;
  return snapshot;
}

}  // namespace lab::testing
