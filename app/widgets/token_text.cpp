#include "app/widgets/token_text.h"

#include <fmt/format.h>

#include "core/text/direction.h"
#include "core/text/utf8.h"

namespace lab {
namespace {

constexpr std::string_view kCircle = "◌";  // under a mark that has no letter

std::string_view sign_of(std::string_view character) {
  if (character == " ") return "·";
  if (character == "\n" || character == "\r\n") return "↵";
  if (character == "\t") return "⇥";
  return {};
}

/// A character that is drawn as it is, or its code points where one of them cannot be.
std::string drawable(const std::string& character, const std::function<bool(int32_t)>& has_glyph, bool& missing) {
  std::string named;
  bool all = true;
  each_code_point(character, [&](int32_t value, std::string_view) {
    all = all && value >= ' ' && has_glyph(value);
    named += fmt::format("‹U+{:04X}›", value);
  });
  missing = missing || !all;
  return all ? character : named;
}

template <class Sign>
TokenText drawn(std::string_view text, const std::function<bool(int32_t)>& has_glyph, const Sign& sign) {
  TokenText result;
  const std::string whole = (is_mark(first_code_point(text).value) ? std::string(kCircle) : "") + std::string(text);
  const std::string ordered = drawn_characters(composed(whole));
  result.quiet = true;
  each_character(ordered, [&](std::string_view character) {
    const std::string_view shown = sign(character);
    if (shown.empty()) result.quiet = false;
    result.text += shown.empty() ? drawable(std::string(character), has_glyph, result.missing) : std::string(shown);
  });
  return result;
}

}  // namespace

TokenText token_text(std::string_view token, const std::function<bool(int32_t)>& has_glyph) {
  if (is_special(token)) return {std::string(token), true, false};
  return drawn(token, has_glyph, sign_of);
}

TokenText token_text(std::string_view token, const ImFont& font) {
  return token_text(token, [&](int32_t code_point) { return has_glyph(font, code_point); });
}

std::vector<TokenText> token_texts(std::span<const std::string> tokens, const ImFont& font) {
  std::vector<TokenText> texts;
  for (const std::string& token : tokens) texts.push_back(token_text(token, font));
  return texts;
}

std::string sentence_text(std::string_view sentence, const ImFont& font) {
  const auto space = [](std::string_view character) {
    return character == " " || character == "\n" || character == "\t" ? std::string_view(" ") : std::string_view();
  };
  return drawn(
             sentence, [&](int32_t code_point) { return has_glyph(font, code_point); }, space)
      .text;
}

bool has_glyph(const ImFont& font, int32_t code_point) {
  if (code_point < 0 || code_point > 0xFFFF) return false;  // wider than ImGui's characters
  return font.FindGlyphNoFallback(static_cast<ImWchar>(code_point)) != nullptr;
}

}  // namespace lab
