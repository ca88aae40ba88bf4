#pragma once
// Text cut where a separator stands: lines, or the sayings of a fortune file.

#include <string_view>
#include <vector>

namespace lab {

/// What stands between two separators; the empty rest after the last one is left out.
inline std::vector<std::string_view> parts_of(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + separator.size());
  }
  return parts;
}
inline std::vector<std::string_view> lines_of(std::string_view text) { return parts_of(text, "\n"); }

}  // namespace lab
