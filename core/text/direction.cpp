#include "core/text/direction.h"

#include <fribidi.h>
#include <utf8proc.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace lab {
namespace {

/// Of its first letter; without one, of its first digit, or of its first sign.
FriBidiCharType type_of_token(std::string_view token) {
  if (token.empty() || is_special(token)) return FRIBIDI_TYPE_ON;
  FriBidiCharType first = FRIBIDI_TYPE_ON, number = 0, letter = 0;
  bool begun = false;
  each_code_point(token, [&](int32_t value, std::string_view) {
    const FriBidiCharType type = fribidi_get_bidi_type(static_cast<FriBidiChar>(value));
    if (!std::exchange(begun, true)) first = type;
    if (number == 0 && FRIBIDI_IS_NUMBER(type)) number = type;
    if (letter == 0 && FRIBIDI_IS_LETTER(type)) letter = type;
  });
  return letter != 0 ? letter : number != 0 ? number : first;
}

std::vector<FriBidiChar> code_points_of(std::string_view text) {
  std::vector<FriBidiChar> all;
  each_code_point(text, [&](int32_t value, std::string_view) { all.push_back(static_cast<FriBidiChar>(value)); });
  return all;
}

/// Without what fills the place of a letter that became one with its neighbour.
std::string utf8_of(std::span<const FriBidiChar> code_points) {
  std::string text;
  for (const FriBidiChar value : code_points) {
    if (value == FRIBIDI_CHAR_FILL) continue;
    utf8proc_uint8_t bytes[4];
    const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(value), bytes);
    text.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(count));
  }
  return text;
}

FriBidiStrIndex length(const auto& all) { return static_cast<FriBidiStrIndex>(all.size()); }

void check_memory(FriBidiLevel deepest) {
  if (deepest == 0) throw Error("There is not enough memory to order a text.");
}

}  // namespace

bool is_special(std::string_view token) {
  constexpr std::string_view kOpen = "‹", kClose = "›";
  if (!token.starts_with(kOpen) || !token.ends_with(kClose)) return false;
  const std::string_view name = token.substr(kOpen.size(), token.size() - kOpen.size() - kClose.size());
  return std::all_of(name.begin(), name.end(), [](char letter) { return letter >= 'a' && letter <= 'z'; });
}

TokenLevels token_levels(std::span<const std::string> tokens) {
  TokenLevels result;
  if (tokens.empty()) return result;
  std::vector<FriBidiCharType> types;
  for (const std::string& token : tokens) types.push_back(type_of_token(token));
  std::vector<FriBidiLevel> levels(tokens.size());
  FriBidiParType base = FRIBIDI_PAR_ON;  // that of the first letter
  check_memory(fribidi_get_par_embedding_levels_ex(types.data(), nullptr, length(types), &base, levels.data()));
  result.from_right = FRIBIDI_IS_RTL(base);
  for (const FriBidiLevel level : levels) result.levels.push_back(static_cast<uint8_t>(std::max<int>(level, 0)));
  return result;
}

std::vector<int> visual_order(std::span<const uint8_t> levels) {
  std::vector<int> order(levels.size());
  std::iota(order.begin(), order.end(), 0);
  const int deepest = levels.empty() ? 0 : *std::max_element(levels.begin(), levels.end());
  for (int level = deepest; level > 0; --level) {
    const auto inside = [&](int place) { return levels[place] >= level; };
    for (auto begin = order.begin(); (begin = std::find_if(begin, order.end(), inside)) != order.end();) {
      const auto end = std::find_if_not(begin, order.end(), inside);
      std::reverse(begin, end);
      begin = end;
    }
  }
  return order;
}

std::string drawn_characters(std::string_view text) {
  const std::vector<FriBidiChar> read = code_points_of(text);
  if (read.empty()) return {};
  std::vector<FriBidiChar> drawn(read.size());
  FriBidiParType base = FRIBIDI_PAR_ON;
  check_memory(fribidi_log2vis(read.data(), length(read), &base, drawn.data(), nullptr, nullptr, nullptr));
  return utf8_of(drawn);
}

std::vector<std::string> joined_letters(std::span<const std::string> tokens) {
  std::vector<FriBidiChar> all;
  std::vector<size_t> ends;
  for (const std::string& token : tokens) {
    const std::vector<FriBidiChar> own = code_points_of(token);
    all.insert(all.end(), own.begin(), own.end());
    ends.push_back(all.size());
  }
  if (all.empty()) return {tokens.begin(), tokens.end()};
  std::vector<FriBidiCharType> types(all.size());
  std::vector<FriBidiLevel> levels(all.size(), 1);
  std::vector<FriBidiArabicProp> forms(all.size());
  fribidi_get_bidi_types(all.data(), length(all), types.data());
  fribidi_get_joining_types(all.data(), length(all), forms.data());
  fribidi_join_arabic(types.data(), length(all), levels.data(), forms.data());
  fribidi_shape_arabic(FRIBIDI_FLAG_SHAPE_ARAB_PRES, levels.data(), length(all), forms.data(), all.data());
  std::vector<std::string> joined;
  size_t begin = 0;
  for (const size_t end : ends) {
    joined.push_back(utf8_of(std::span(all).subspan(begin, end - begin)));
    begin = end;
  }
  return joined;
}

}  // namespace lab
