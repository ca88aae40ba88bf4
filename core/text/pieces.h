#pragma once
// Pieces of text that byte pairs are learnt in and do not cross: a run of letters, of digits or of other signs, with
// the space before it.

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "core/text/utf8.h"

namespace lab {

/// Calls visit(piece) for each in turn; together they are the text.
template <class Visit>
void each_piece(std::string_view text, const Visit& visit) {
  size_t begin = 0, at = 0;
  CharacterKind inside = CharacterKind::kSpace;
  bool only_space = true;  // the piece is at most the space before what comes
  each_character(text, [&](std::string_view character) {
    const CharacterKind kind = kind_of(character);
    const bool joins = kind == inside && kind != CharacterKind::kSpace;
    const bool follows_space = only_space && at > begin && kind != CharacterKind::kSpace;
    if (at > begin && !joins && !follows_space) {
      visit(text.substr(begin, at - begin));
      begin = at;
    }
    inside = kind;
    only_space = at == begin && character == " ";
    at += character.size();
  });
  if (at > begin) visit(text.substr(begin, at - begin));
}

/// Every a b in the numbers becomes one `made`.
inline void merge_pair(std::vector<int>& numbers, const std::array<int, 2>& pair, int made) {
  size_t kept = 0;
  for (size_t i = 0; i < numbers.size(); ++i, ++kept) {
    const bool here = i + 1 < numbers.size() && numbers[i] == pair[0] && numbers[i + 1] == pair[1];
    numbers[kept] = here ? made : numbers[i];
    i += here;
  }
  numbers.resize(kept);
}

}  // namespace lab
