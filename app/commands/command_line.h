#pragma once
// The command line: attention-lab [COMMAND] [OPTIONS]. Without a command it opens the window.
//
// Add a command: 1. write app/commands/name.{h,cpp} with `Command name_command(CLI::App&)`, which adds its
// options and returns what to do; 2. give it a row in kCommands in command_line.cpp.

namespace lab {

/// Parses, runs, and prints what went wrong in one sentence. Returns the exit code: 0 done, 1 failed,
/// 2 called in a way that makes no sense.
int run_command_line(int argc, char** argv);

}  // namespace lab
