#pragma once
// What a file that is opened or dropped on the window holds, by its first bytes; its name says nothing.

#include <string>

namespace lab {

enum class FileKind {
  kRun,      // a saved run
  kPicture,  // of any format, readable here or not
  kLines,    // text whose first line has a tab: samples with their answers
  kText,     // anything else: whoever reads it says what is wrong with it
};
/// Throws Error where there is no such file.
FileKind kind_of_file(const std::string& path);

}  // namespace lab
