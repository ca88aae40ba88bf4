#include "core/base/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>

namespace lab {

namespace {

constexpr int64_t kUnknown = std::numeric_limits<int64_t>::max();

// The number in a file that holds one number; kUnknown where there is no such file or it says "max".
int64_t number_in(const char* path) {
  std::ifstream file(path);
  int64_t number = 0;
  return file >> number ? number : kUnknown;
}

int64_t available_to_all() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  for (int64_t number = 0; file >> key >> number; std::getline(file, unit))
    if (key == "MemAvailable:") return number * 1024;
  return kUnknown;
}

int64_t left_in_group() {
  const int64_t most = number_in("/sys/fs/cgroup/memory.max"), now = number_in("/sys/fs/cgroup/memory.current");
  return most == kUnknown || now == kUnknown ? kUnknown : std::max<int64_t>(most - now, 0);
}

}  // namespace

int64_t free_memory() { return std::min(available_to_all(), left_in_group()); }

std::string size_text(int64_t bytes) {
  constexpr const char* kUnits[] = {"bytes", "kB", "MB", "GB", "TB"};
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= 999.5 && unit + 1 < std::size(kUnits); ++unit) size /= 1000;
  return fmt::format("{:.{}f} {}", size, unit == 0 || size >= 99.95 ? 0 : 1, kUnits[unit]);
}

}  // namespace lab
