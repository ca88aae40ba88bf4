#include <fmt/format.h>

#include <filesystem>

#include "app/commands/commands.h"
#include "app/commands/progress_bar.h"
#include "app/window/offscreen.h"
#include "core/base/file.h"
#include "core/history/run_file.h"
#include "core/live/curves_csv.h"
#include "core/live/live_run.h"

namespace lab {

namespace {

struct FilmOptions {
  std::string run, out;
  int every = 1, sample = 0;
  OffscreenOptions screen;
};

void make_folder(const std::string& folder) {
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  if (trouble) throw Error("The folder {} cannot be made: {}.", folder, trouble.message());
  check_writable(folder + "/curves.csv");
}

int make_film(const FilmOptions& options) {
  make_folder(options.out);
  LiveRun run(RunFile::load(options.run).experiment());  // where its data is found
  run.apply(command::OpenRun{options.run});
  run.apply(command::SetProbe{options.sample});
  const auto now = run.snapshot();
  write_file_atomically(options.out + "/curves.csv", curves_csv(now->lanes));
  const auto& moments = now->history.marks;
  int pictures = 0;
  ProgressBar bar;
  for (size_t moment = 0; moment < moments.size(); moment += static_cast<size_t>(options.every)) {
    run.apply(command::LookBack{moments[moment].step});
    draw_to_file(*run.snapshot(), options.screen, fmt::format("{}/{:05}.png", options.out, ++pictures));
    bar.show(static_cast<double>(moment + 1) / static_cast<double>(moments.size()),
             fmt::format("step {}", moments[moment].step));
  }
  bar.clear();
  fmt::print("{} pictures are in {}, the curves in {}/curves.csv.\n", pictures, options.out, options.out);
  return 0;
}

}  // namespace

Action film_command(CLI::App& app) {
  auto options = std::make_shared<FilmOptions>();
  app.add_option("RUN", options->run, "A run saved in the window, with its history")->required();
  app.add_option("--out", options->out, "The folder to write 00001.png, 00002.png, … and curves.csv to")
      ->required()
      ->type_name("DIR");
  app.add_option("--every", options->every, "Only every so manieth moment (default 1)")->check(CLI::Range(1, 1000000));
  app.add_option("--sample", options->sample, "The test picture or text looked at (default 0)");
  app.add_option("--picture-width", options->screen.width, "Pixels (default 1600)")->check(CLI::Range(320, 8192));
  app.add_option("--picture-height", options->screen.height, "Pixels (default 1000)")->check(CLI::Range(240, 8192));
  app.add_option("--ui-scale", options->screen.scale, "Size of text and spaces (default 1)")
      ->check(CLI::Range(0.5, 4.0));
  return [options] { return make_film(*options); };
}

}  // namespace lab
