#pragma once
// Text as UTF-8: whether it is, and where its characters are. A character is what a reader takes for one, a letter with
// its accents or a flag: an extended grapheme cluster (Unicode Standard Annex 29), so that no token ever splits one.

#include <cstddef>
#include <cstdint>
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

/// The first code point of text, and how many bytes it takes; U+FFFD and one byte where that is no UTF-8.
struct FirstCodePoint {
  int32_t value;
  size_t bytes;
};
FirstCodePoint first_code_point(std::string_view text);

/// Calls visit(character) for each in turn.
template <class Visit>
void each_character(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    visit(character);
    text.remove_prefix(character.size());
  }
}

/// Calls visit(code point, its bytes) for each in turn; of bytes that are no UTF-8, U+FFFD for each byte.
template <class Visit>
void each_code_point(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const auto [value, bytes] = first_code_point(text);
    visit(value, text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
}

/// Whether it stands on the letter before it: an accent, a vowel point.
bool is_mark(int32_t code_point);

/// Letters and the marks on them as one code point where there is one (Unicode's form NFC). Text that is no UTF-8 stays
/// as it is.
std::string composed(std::string_view text);

size_t count_characters(std::string_view text);
/// The first so many characters.
std::string_view first_characters(std::string_view text, size_t count);

}  // namespace lab
