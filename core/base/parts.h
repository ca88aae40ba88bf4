#pragma once
// Texts that are lists.

#include <algorithm>
#include <string_view>

namespace lab {

/// Calls visit(part) for each part of a text between separators; of an empty text there is one, empty.
template <class Visit>
void each_part(std::string_view text, char separator, const Visit& visit) {
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    visit(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace lab
