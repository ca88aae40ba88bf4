#include "app/commands/command_line.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/commands/commands.h"
#include "attention_lab/version.h"

namespace lab {

namespace {

constexpr int kFailed = 1, kWrongCall = 2;

struct Row {
  const char* name;
  const char* about;
  Action (*add)(CLI::App&);
};
constexpr Row kCommands[] = {
    {"train", "Train an experiment without a window", train_command},
    {"sweep", "Train a table of ways to spend attention, each from several seeds", sweep_command},
    {"ask", "Let a saved run of texts answer, tell apart or go on", ask_command},
    {"export", "Write a lane of a saved run for PyTorch", export_command},
    {"film", "Draw the window at every moment that a saved run remembers", film_command},
    {"demo", "Train for a minute without a display and draw the window into a picture", demo_command},
    {"screenshot", "Draw the window as it stands after some steps", screenshot_command},
    {"verify", "Hold the core against reference cases of another framework", verify_command},
    {"bench", "Measure what the core reaches on this machine", bench_command},
    {"scaling", "Measure what each way of spending attention costs as sequences grow", scaling_command},
    {"tasks", "List what can be trained here, and which data was found where", tasks_command},
    {"data", "List the data sets, and fetch one when you ask for it", data_command},
    {"example", "Work a small example of attention out, step by step", example_command},
};

std::string version() {
  return fmt::format("attention-lab {}{}", kVersion, *kRevision ? fmt::format(" ({})", kRevision) : "");
}

// The window's options stand before a command by mistake: it would not see them.
void refuse_options_before_command(const CLI::App& app) {
  if (app.get_subcommands().empty()) return;
  for (const CLI::Option* option : app.get_options())
    if (option->count() > 0)
      throw UsageError("{} must stand after the command {}.", option->get_name(), app.get_subcommands()[0]->get_name());
}

// Output that was lost (a full disk) is a failure like any other.
int flushed(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  throw Error("The output could not be written; is the disk full?");
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("Attention Lab shows where a neural network spends its attention, and what that costs.",
               "attention-lab");
  app.set_version_flag("--version", version());
  app.footer("Without a command the window opens.");
  Action action = window_command(app);
  for (const Row& row : kCommands) {
    CLI::App* command = app.add_subcommand(row.name, row.about);
    command->set_version_flag("--version", version());
    const Action run = row.add(*command);
    command->final_callback([&action, run] { action = run; });
  }
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongCall;
  }
  refuse_options_before_command(app);
  return flushed(action());
}

}  // namespace

int run_command_line(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const UsageError& error) {
    fmt::print(stderr, "attention-lab: {}\n", error.what());
    return kWrongCall;
  } catch (const std::exception& error) {
    fmt::print(stderr, "attention-lab: {}\n", error.what());
    return kFailed;
  }
}

}  // namespace lab
