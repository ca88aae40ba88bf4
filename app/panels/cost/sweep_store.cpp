#include "app/panels/cost/sweep_store.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/user_folder.h"

namespace lab {

namespace {

constexpr const char* kEnding = ".results.json";

}  // namespace

std::string sweep_folder() {
  const std::string own = user_data_folder();
  return own.empty() ? own : own + "/sweeps";
}

std::string new_sweep_file(const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw Error("The folder {} cannot be made: {}.", folder, failed.message());
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const std::string file = fmt::format("{}/{:%Y-%m-%d %H.%M.%S}{}", folder, fmt::localtime(now), kEnding);
  check_writable(file);
  return file;
}

// Names are times: the last in the alphabet is the newest.
std::string newest_sweep_file(const std::string& folder) {
  std::string newest;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (const std::string path = entry.path().string(); path.ends_with(kEnding)) newest = std::max(newest, path);
  return newest;
}

}  // namespace lab
