#pragma once
// Writes what the viewer asked to export, once the frame that shows it is drawn.
//
//   draw_frame();                                    // 1. the pixels are in the frame buffer
//   if (export_due(view)) write_exports(screen, snapshot, view);  // 2. view.exporting.said, or view.trouble, says how
//   it went

#include <functional>

#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

struct ExportScreen {
  int width = 0, height = 0;  // of the frame buffer
  const TextureStore& textures;
  std::function<void()> draw_again;  // begins and ends one more frame of ImGui, which nobody has to see
};

/// Whether something was asked for and can be seen now; counts the frames that are to be drawn before.
bool export_due(View& view);
void write_exports(const ExportScreen& screen, const Snapshot& snapshot, View& view);

/// One panel (empty: the whole window), in one format, to one file. Throws Error where there is no such panel or the
/// file cannot be written.
void write_panel(const ExportScreen& screen, const Snapshot& snapshot, const View& view, const std::string& panel,
                 ExportFormat format, const std::string& path);

}  // namespace lab
