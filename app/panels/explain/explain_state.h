#pragma once
// What the viewer does on the Explain page.

#include <imgui.h>

#include <cstdint>
#include <vector>

#include "app/widgets/colour_map.h"
#include "app/widgets/line_plot.h"
#include "core/data/dataset.h"
#include "core/live/command.h"

namespace lab {

struct ExplainState {
  struct Painted {
    uint64_t serial = 0;  // of the snapshot in the textures
    int removed = 0;      // tenths of the patches
    ColourMap colours = ColourMap::kViridis;
    bool operator==(const Painted&) const = default;
  };
  /// What an answer is chosen for: of another picture, text or place it is the model's own again.
  struct Question {
    const Dataset* data = nullptr;
    int index = 0, place = 0;
    std::vector<int> tokens;
    bool operator==(const Question&) const = default;
  };

  command::Explain asked;  // of the session
  Question question;
  int answer = -1;                // that is explained; −1: the most probable one
  int part = -1, next_part = -1;  // patch or token under the mouse in the last frame, and found in this one
  PlotView plot;
  Painted painted;
  std::vector<ImTextureID> textures;  // of each way, of a picture
};

}  // namespace lab
