#pragma once
// Workspace: the whole screen, from a snapshot and a view. The window and the offscreen picture
// both draw exactly this.
//
// It draws on a page that is cleared to colour::kPanel and paints only the ground between the
// panels: on a software renderer, every pixel that is painted twice costs.
//
//   use_theme(scale);                                    // 1. once, and when the scale changes
//   ImGui::NewFrame();                                   // 2. each frame
//   draw_workspace(snapshot, view, commands, textures);  // 3.
//   for (auto& command : commands.take()) …              // 4. what the viewer asked for
//
// Add a panel: 1. a file in app/panels/ with `void draw_<name>(const Snapshot&, <Name>State&, Commands&)`;
// 2. its state in View; 3. a call in workspace.cpp.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_workspace(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);

}  // namespace lab
