#pragma once
// --device and --shader-dir, for every command that trains or computes.

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

#include "core/gpu/choose_device.h"
#include "core/live/live_run.h"

namespace lab {

struct DeviceOption {
  DeviceWish wish = DeviceWish::kAuto;
  std::string shader_dir;  // empty: the program's own

  GlSettings settings() const;
  ChosenDevice choose(const WorkOn& work) const;
  /// For a LiveRun or a Session without a window.
  DeviceChooser chooser() const;
};
std::shared_ptr<DeviceOption> add_device_option(CLI::App& app);

}  // namespace lab
