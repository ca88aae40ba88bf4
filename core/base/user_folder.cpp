#include "core/base/user_folder.h"

#include <cstdlib>

namespace lab {

std::string user_data_folder() {
  const char *xdg = std::getenv("XDG_DATA_HOME"), *home = std::getenv("HOME");
  if (xdg && xdg[0] == '/') return std::string(xdg) + "/attention-lab";
  return home && *home ? std::string(home) + "/.local/share/attention-lab" : "";
}

}  // namespace lab
