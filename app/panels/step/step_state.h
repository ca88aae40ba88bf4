#pragma once
// StepState: where the viewer is inside a training step.

#include <imgui.h>

#include <string>
#include <vector>

#include "app/widgets/colour_map.h"
#include "core/inspect/step_stages.h"

namespace lab {

/// How far into a stage: what flows, its matrices, the arithmetic of one number.
enum class StepDepth { kFlow, kMatrix, kArithmetic };

struct StepState {
  int asked = -1;            // the slot, of the session; −1: nothing
  int slot = 0;              // of the batch
  int stage = 0;             // in the shown lane's list
  std::string group, title;  // of it, by which it is found in another lane's list
  StepDepth depth = StepDepth::kFlow;
  StepCell chosen;                 // clicked; matrix −1: none, so that the most telling one is shown
  StepCell hovered, next_hovered;  // under the mouse in the last frame, and found in this one: a cell or a term
  bool scroll = true;              // the list, to the stage

  // What is in the textures.
  struct Painted {
    const StepRecord* record = nullptr;
    uint64_t serial = 0;  // of the snapshot
    int stage = -1, head = 0;
    ColourMap colours = ColourMap::kViridis;
    bool operator==(const Painted&) const = default;
  } painted;
  std::vector<ImTextureID> textures;  // of each matrix
  ImTextureID picture = {};           // with the query's weights
  Painted flow_painted;
  std::vector<ImTextureID> flow;  // what each stage of the group makes
};

}  // namespace lab
