#pragma once
// How many of the words of a text are words of another: whether a model that writes letters writes words.

#include <string_view>

namespace lab {

struct WordShare {
  int known = 0, count = 0;
  double share = 0;  // known / count; 0 where there are no words
};

/// Whatever their case. The first and the last word may be cut, and are left out.
WordShare known_words(std::string_view text, std::string_view in);

}  // namespace lab
