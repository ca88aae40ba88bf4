#include <fmt/format.h>

#include "app/commands/commands.h"
#include "app/commands/experiment_options.h"
#include "app/commands/progress_bar.h"
#include "app/window/offscreen.h"
#include "core/base/file.h"
#include "core/live/live_run.h"
#include "core/train/trainer.h"

namespace lab {

namespace {

struct ScreenshotOptions {
  std::shared_ptr<ExperimentOptions> experiment;
  std::string out, text;
  int64_t steps = 0;
  int sample = 0;
  OffscreenOptions screen;
};

int take_screenshot(const ScreenshotOptions& options) {
  check_writable(options.out);
  LiveRun run(options.experiment->experiment());
  run.apply(command::SetProbe{options.sample});
  if (!options.text.empty()) run.apply(command::SetProbeText{options.text});
  {
    ProgressBar bar;
    while (run.step() < options.steps && !run.trainer().finished()) {
      run.advance();
      bar.show(static_cast<double>(run.step()) / static_cast<double>(options.steps),
               fmt::format("step {}/{}", run.step(), options.steps));
    }
  }
  draw_to_file(run, options.screen, options.out);
  fmt::print("{}\n", options.out);
  return 0;
}

}  // namespace

Action screenshot_command(CLI::App& app) {
  auto options = std::make_shared<ScreenshotOptions>();
  options->experiment = add_experiment_options(app);
  app.add_option("--out", options->out, "The file to write: .png, .svg (lines, words and cells) or .csv (its numbers)")
      ->required()
      ->type_name("FILE");
  app.add_option("--panel", options->screen.panel, "One panel, by the name on its tab (default: the whole window)")
      ->type_name("NAME");
  app.add_option("--steps", options->steps, "Training steps before it (default 0)")->check(CLI::Range(0, 1000000000));
  app.add_option("--sample", options->sample, "The test picture or text looked at (default 0)");
  app.add_option("--text", options->text, "A text of yours that is looked at instead");
  app.add_option("--picture-width", options->screen.width, "Pixels (default 1600)")->check(CLI::Range(320, 8192));
  app.add_option("--picture-height", options->screen.height, "Pixels (default 1000)")->check(CLI::Range(240, 8192));
  app.add_option("--ui-scale", options->screen.scale, "Size of text and spaces (default 1)")
      ->check(CLI::Range(0.5, 4.0));
  return [options] { return take_screenshot(*options); };
}

}  // namespace lab
