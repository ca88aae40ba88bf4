#pragma once
// What the viewer does with the run's history.

#include <cstdint>
#include <string>

#include "core/train/experiment.h"

namespace lab {

struct HistoryState {
  int64_t asked = -1;         // the step that was last asked for; −1: now
  bool film = false;          // the moments pass by themselves
  double next_picture = 0;    // when, in seconds of ImGui's clock
  bool branching = false;     // the sheet that asks how is open
  int branch_lane = 0;        // of the shown lanes
  std::string branch_way;     // how the new lane spends attention, as parse_lane takes it
  Experiment branch_trains;   // the experiment as the new lane trains by it
  bool saving = false;        // the sheet that asks where is open
  std::string path, trouble;  // of a sheet
};

}  // namespace lab
