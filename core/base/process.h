#pragma once
// Running another program and waiting for it.

#include <string>
#include <vector>

namespace lab {

/// Runs `arguments[0]`, found along PATH, with the rest as its arguments in the folder `directory`; its output goes
/// where ours goes. No shell reads any of it. Returns its exit code; throws Error when it cannot be started or is
/// ended by a signal.
int run_program(const std::vector<std::string>& arguments, const std::string& directory);

}  // namespace lab
