#pragma once
// Where the program's own files are: pictures, lessons, shaders. They lie in ../share/attention-lab
// beside the folder of the running program, in a build tree as in an installed one, so both may be moved.

#include <string>
#include <string_view>

namespace lab {

/// The path of a file shipped with the program, named as in the source tree: asset_path("shaders/softmax.comp").
/// Throws Error where there is no such file.
std::string asset_path(std::string_view name);

}  // namespace lab
