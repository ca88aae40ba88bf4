#pragma once
// Where a user's own things are kept, as the XDG base directory specification asks.

#include <string>

namespace lab {

/// attention-lab in $XDG_DATA_HOME, or in .local/share of HOME; a relative $XDG_DATA_HOME is ignored. Empty where
/// neither is set. Nobody has made it yet.
std::string user_data_folder();
/// Where the user keeps pictures, if that is known and there; else the current folder.
std::string user_pictures_folder();

}  // namespace lab
