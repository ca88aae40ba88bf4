#include "core/base/user_folder.h"

#include <cstdlib>
#include <filesystem>

namespace lab {

std::string user_data_folder() {
  const char *xdg = std::getenv("XDG_DATA_HOME"), *home = std::getenv("HOME");
  if (xdg && xdg[0] == '/') return std::string(xdg) + "/attention-lab";
  return home && *home ? std::string(home) + "/.local/share/attention-lab" : "";
}

std::string user_pictures_folder() {
  const char *xdg = std::getenv("XDG_PICTURES_DIR"), *home = std::getenv("HOME");
  std::error_code trouble;
  for (const std::string& folder : {std::string(xdg ? xdg : ""), std::string(home ? home : "") + "/Pictures"})
    if (std::filesystem::is_directory(folder, trouble)) return folder;
  const std::string current = std::filesystem::current_path(trouble);
  return trouble ? "." : current;
}

}  // namespace lab
