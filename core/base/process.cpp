#include "core/base/process.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "core/base/error.h"

namespace lab {

namespace {

// What posix_spawn is told beside the program: to start in a folder.
class StartIn {
 public:
  explicit StartIn(const std::string& directory) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
  }
  ~StartIn() { posix_spawn_file_actions_destroy(&actions_); }
  StartIn(const StartIn&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

}  // namespace

int run_program(const std::vector<std::string>& arguments, const std::string& directory) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  const int trouble = posix_spawnp(&child, argv[0], StartIn(directory).get(), nullptr, argv.data(), environ);
  if (trouble != 0) throw Error("{} could not be started in {}: {}.", arguments[0], directory, std::strerror(trouble));
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw Error("{} was started but cannot be waited for: {}.", arguments[0], std::strerror(errno));
  if (!WIFEXITED(status)) throw Error("{} was ended by signal {}.", arguments[0], WTERMSIG(status));
  return WEXITSTATUS(status);
}

}  // namespace lab
