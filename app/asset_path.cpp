#include "app/asset_path.h"

#include <filesystem>

#include "core/base/error.h"

namespace lab {

std::string asset_path(std::string_view name) {
  namespace fs = std::filesystem;
  const fs::path program = fs::read_symlink("/proc/self/exe");
  const fs::path path = program.parent_path().parent_path() / "share/attention-lab" / name;
  if (!fs::exists(path)) {
    throw Error("'{}', a file of the program itself, is missing: install Attention Lab again.", path.string());
  }
  return path.string();
}

}  // namespace lab
