#pragma once
// Token text: how a token reads on screen. Spaces and line ends are signs (· ↵ ⇥), letters from the right stand in the
// order in which they are drawn, those of Arabic joined, and what no font has is its code point, ‹U+6211›, never a box.

#include <imgui.h>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

struct TokenText {
  std::string text;
  bool quiet = false;    // no piece of the text: ‹begin›, or only spaces
  bool missing = false;  // has a character that no font has
};

/// Pure; `has_glyph` says what can be drawn.
TokenText token_text(std::string_view token, const std::function<bool(int32_t)>& has_glyph);
/// Of a font that is loaded.
TokenText token_text(std::string_view token, const ImFont& font);
std::vector<TokenText> token_texts(std::span<const std::string> tokens, const ImFont& font);

/// The same for a whole sentence, whose spaces stay spaces: what may be given to draw_text().
std::string sentence_text(std::string_view sentence, const ImFont& font);

bool has_glyph(const ImFont& font, int32_t code_point);

}  // namespace lab
