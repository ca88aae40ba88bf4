#pragma once
// Offscreen: the window's own screen as a file, drawn without a window or a display server.

#include <string>

#include "app/panels/selection.h"
#include "core/live/live_run.h"

namespace lab {

struct OffscreenOptions {
  int width = 1600, height = 1000;  // pixels
  float scale = 1;                  // of text and spaces
  Selection selection = {};
  std::string panel = {};  // its title, as on its tab, in large or small letters; empty: the whole window
};

/// Draws the snapshot and writes it, as the path ends: .svg as vectors, .csv as numbers, else as a PNG. Throws Error
/// when there is no OpenGL or no such panel, the size is out of range (100 … 8192) or the file cannot be written.
void draw_to_file(const Snapshot& snapshot, const OffscreenOptions& options, const std::string& path);

/// The same of a run as it is now, which meanwhile is asked for all that the panel shows: a step opened up, an
/// explanation, what is inside. Throws Error too when the run cannot do that.
void draw_to_file(LiveRun& run, const OffscreenOptions& options, const std::string& path);

}  // namespace lab
