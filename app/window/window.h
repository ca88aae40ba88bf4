#pragma once
// The window: the lab, live. It draws when there is a new snapshot or the viewer does something,
// at most 60 times a second, and sleeps otherwise; the trainer has its own thread.

#include "core/gpu/choose_device.h"
#include "core/train/experiment.h"

namespace lab {

struct WindowOptions {
  Experiment experiment;
  std::string run;                        // a saved one, to open; else empty
  DeviceWish device = DeviceWish::kAuto;  // what computes
  GlSettings gpu;                         // for a GPU
  bool start_playing = true;
  float ui_scale = 0;              // 0: the monitor's
  int width = 1440, height = 900;  // logical pixels
  bool frames_report = false;      // draw 60 times a second whatever happens, and say at the end how it went
};

/// Returns the exit status when the viewer closes it. Throws Error where no window can be opened.
int open_window(const WindowOptions& options);

}  // namespace lab
