#pragma once
// Text as UTF-8: whether it is, and where its characters are. A character is what a reader takes for one, a letter with
// its accents or a flag: an extended grapheme cluster (Unicode Standard Annex 29), so that no token ever splits one.

#include <cstddef>
#include <string>
#include <string_view>

namespace lab {

/// Throws Error, naming the place, where `text` holds a NUL or is no UTF-8, and where it is empty. `where` names the
/// text in the Error.
void check_text(std::string_view text, std::string_view where);

/// A whole file of text, checked; a byte order mark at its beginning goes, and lines end in \n. Throws Error.
std::string read_text(const std::string& path);

/// What a character is for whoever cuts text into words.
enum class CharacterKind { kLetter, kDigit, kSpace, kOther };
CharacterKind kind_of(std::string_view character);

/// In lower case, each code point by itself.
std::string lower_case(std::string_view text);

/// The first character of valid UTF-8; what follows begins at its end. Empty only of empty text.
std::string_view first_character(std::string_view text);

/// Calls visit(character) for each in turn.
template <class Visit>
void each_character(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    visit(character);
    text.remove_prefix(character.size());
  }
}

size_t count_characters(std::string_view text);
/// The first so many characters.
std::string_view first_characters(std::string_view text, size_t count);

}  // namespace lab
