#include "app/window/window.h"

#include "app/commands/commands.h"
#include "app/commands/device_option.h"
#include "app/commands/experiment_options.h"
#include "core/history/run_file.h"

namespace lab {

Action window_command(CLI::App& app) {
  auto window = std::make_shared<WindowOptions>();
  auto paused = std::make_shared<bool>(false);
  auto experiment = add_experiment_options(app);
  const auto device = add_device_option(app);
  const std::string group = "Window";
  app.add_option("RUN", window->run, "A saved run to go on with; other options do not change it")
      ->check(CLI::ExistingFile)
      ->excludes("--experiment");
  app.add_flag("--paused", *paused, "Open paused instead of training at once")->group(group);
  app.add_option("--ui-scale", window->ui_scale, "Size of text and spaces (default: the monitor's)")
      ->check(CLI::Range(0.5, 4.0))
      ->group(group);
  app.add_option("--window-width", window->width, "Default 1440")->check(CLI::Range(320, 16384))->group(group);
  app.add_option("--window-height", window->height, "Default 900")->check(CLI::Range(240, 16384))->group(group);
  app.add_flag("--frames-report", window->frames_report, "Draw all the time and report frame times at the end")
      ->group(group);
  return [=] {
    window->experiment = window->run.empty() ? experiment->experiment() : RunFile::load(window->run).experiment();
    window->start_playing = !*paused;
    window->device = device->wish;
    window->gpu = device->settings();
    return open_window(*window);
  };
}

}  // namespace lab
