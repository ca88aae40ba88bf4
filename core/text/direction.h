#pragma once
// Direction: in which order tokens stand on a line where some are read from right to left (Hebrew, Arabic), and which
// form a letter of Arabic takes beside its neighbours. It is the Unicode Bidirectional Algorithm (Standard Annex 9), by
// GNU FriBidi, with a token for a character.
//
//   const TokenLevels levels = token_levels(tokens);      // 1. of the whole text
//   visual_order(levels of one line)                      // 2. its tokens from left to right
//   drawn_characters(token)                               // 3. a token for what draws one sign after the other

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

/// How deep each token lies in text of the other direction: even ones are read from left to right, odd ones from right.
struct TokenLevels {
  bool from_right = false;  // the first token with a direction has this one, and lines begin at the right
  std::vector<uint8_t> levels;
};
/// Tokens without a direction (spaces, signs, ‹begin›) take that of what surrounds them.
TokenLevels token_levels(std::span<const std::string> tokens);

/// The places 0 … n−1 of one line's tokens, the leftmost first (rule L2).
std::vector<int> visual_order(std::span<const uint8_t> levels);

/// The characters of a token or a line in the order in which they are drawn from left to right, letters of Arabic
/// joined (as Unicode's presentation forms), brackets turned; marks stay behind their letter.
std::string drawn_characters(std::string_view text);

/// Tokens that follow each other without spaces between them: their letters of Arabic in the forms they take beside the
/// letters of the tokens before and after. Their characters stay in the order in which they are read.
std::vector<std::string> joined_letters(std::span<const std::string> tokens);

/// ‹begin›, ‹unknown›: a token with a meaning of its own, named in plain letters, not a piece of text.
bool is_special(std::string_view token);

}  // namespace lab
