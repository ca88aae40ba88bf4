#include "core/text/utf8.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "core/base/error.h"
#include "core/base/file.h"

namespace lab {

namespace {

constexpr size_t kMostBytes = size_t{64} << 20;

// One code point and how many bytes it takes; fewer than one: it is none.
struct CodePoint {
  utf8proc_int32_t value = -1;
  utf8proc_ssize_t bytes = 0;
};

CodePoint code_point(std::string_view text) {
  CodePoint c;
  c.bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                             static_cast<utf8proc_ssize_t>(text.size()), &c.value);
  return c;
}

bool is_plain(char byte) { return byte > 0 && byte != '\r'; }

}  // namespace

void check_text(std::string_view text, std::string_view where) {
  if (text.empty()) throw Error("{} is empty; there is nothing to learn in it.", where);
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\0') throw Error("{} has a NUL at byte {}; that is no text file.", where, at + 1);
    const CodePoint c = code_point(text.substr(at));
    if (c.bytes < 1)
      throw Error("{} is no UTF-8 at byte {}; save it as UTF-8 (iconv -t UTF-8 converts it).", where, at + 1);
    at += static_cast<size_t>(c.bytes);
  }
}

std::string read_text(const std::string& path) {
  const std::string bytes = read_file(path, kMostBytes);
  std::string_view text = bytes;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  check_text(text, path);
  std::string tidy;
  tidy.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at)
    if (text[at] != '\r')
      tidy += text[at];
    else if (at + 1 == text.size() || text[at + 1] != '\n')
      tidy += '\n';
  return tidy;
}

CharacterKind kind_of(std::string_view character) {
  const CodePoint c = code_point(character);
  switch (utf8proc_category(c.value)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
      return CharacterKind::kLetter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return CharacterKind::kDigit;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return CharacterKind::kSpace;
    default:
      return c.value == '\n' || c.value == '\t' ? CharacterKind::kSpace : CharacterKind::kOther;
  }
}

std::string lower_case(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = code_point(text);
    if (c.bytes < 1) throw Error("Text that is to be in lower case is no UTF-8; check it first.");
    utf8proc_uint8_t bytes[4];
    const auto count = utf8proc_encode_char(utf8proc_tolower(c.value), bytes);
    lower.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(count));
    text.remove_prefix(static_cast<size_t>(c.bytes));
  }
  return lower;
}

std::string_view first_character(std::string_view text) {
  // Two plain ASCII bytes in a row are two characters: no need to look them up.
  if (text.size() < 2 || (is_plain(text[0]) && is_plain(text[1]))) return text.substr(0, 1);
  CodePoint last = code_point(text);
  size_t end = last.bytes < 1 ? 1 : static_cast<size_t>(last.bytes);
  for (utf8proc_int32_t state = 0; end < text.size();) {
    const CodePoint next = code_point(text.substr(end));
    if (next.bytes < 1 || utf8proc_grapheme_break_stateful(last.value, next.value, &state)) break;
    end += static_cast<size_t>(next.bytes);
    last = next;
  }
  return text.substr(0, end);
}

FirstCodePoint first_code_point(std::string_view text) {
  const CodePoint c = code_point(text);
  if (c.bytes < 1) return {0xFFFD, 1};
  return {c.value, static_cast<size_t>(c.bytes)};
}

bool is_mark(int32_t code_point) {
  const auto category = utf8proc_category(code_point);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

std::string composed(std::string_view text) {
  utf8proc_uint8_t* made = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &made, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(made, &std::free);
  return size < 0 ? std::string(text) : std::string(reinterpret_cast<const char*>(made), static_cast<size_t>(size));
}

size_t count_characters(std::string_view text) {
  size_t count = 0;
  each_character(text, [&](std::string_view) { ++count; });
  return count;
}

std::string_view first_characters(std::string_view text, size_t count) {
  std::string_view rest = text;
  for (size_t i = 0; i < count && !rest.empty(); ++i) rest.remove_prefix(first_character(rest).size());
  return text.substr(0, text.size() - rest.size());
}

}  // namespace lab
