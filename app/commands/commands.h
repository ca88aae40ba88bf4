#pragma once
// Every command: adds its options to `app` and returns what runs once they are parsed. The function that is
// returned gives the exit code; it throws UsageError for a wrong call and Error for anything else.

#include <CLI/CLI.hpp>

#include <functional>

#include "core/base/error.h"

namespace lab {

/// The call makes no sense: exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

using Action = std::function<int()>;

Action window_command(CLI::App& app);
Action train_command(CLI::App& app);
Action demo_command(CLI::App& app);
Action screenshot_command(CLI::App& app);
Action verify_command(CLI::App& app);
Action bench_command(CLI::App& app);
Action scaling_command(CLI::App& app);
Action sweep_command(CLI::App& app);
Action tasks_command(CLI::App& app);
Action data_command(CLI::App& app);
Action example_command(CLI::App& app);
Action export_command(CLI::App& app);
Action ask_command(CLI::App& app);
Action film_command(CLI::App& app);

}  // namespace lab
