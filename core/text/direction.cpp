#include "core/text/direction.h"

#include <utf8proc.h>

#include <algorithm>
#include <numeric>

#include "core/text/utf8.h"

namespace lab {
namespace {

enum class Kind { kLeft, kRight, kNumber, kNeutral };

Kind kind_of_code_point(int32_t value) {
  switch (utf8proc_get_property(value)->bidi_class) {
    case UTF8PROC_BIDI_CLASS_L:
      return Kind::kLeft;
    case UTF8PROC_BIDI_CLASS_R:
    case UTF8PROC_BIDI_CLASS_AL:
      return Kind::kRight;
    case UTF8PROC_BIDI_CLASS_EN:
    case UTF8PROC_BIDI_CLASS_AN:
      return Kind::kNumber;
    default:
      return Kind::kNeutral;
  }
}

/// Of its first letter; without one, whether it has a digit.
Kind kind_of_token(std::string_view token) {
  Kind kind = Kind::kNeutral;
  if (is_special(token)) return kind;
  each_code_point(token, [&](int32_t value, std::string_view) {
    const Kind here = kind_of_code_point(value);
    if (kind == Kind::kNeutral || (kind == Kind::kNumber && here != Kind::kNeutral)) kind = here;
  });
  return kind;
}

/// Numbers after text from the left are part of it (rule W7).
void join_numbers(std::vector<Kind>& kinds, Kind base) {
  Kind last = base;
  for (Kind& kind : kinds) {
    if (kind == Kind::kNumber && last == Kind::kLeft) kind = Kind::kLeft;
    if (kind == Kind::kLeft || kind == Kind::kRight) last = kind;
  }
}

/// What has no direction takes that of both its sides, or of the text (rules N1, N2); numbers count as from the right.
void join_neutrals(std::vector<Kind>& kinds, Kind base) {
  const auto side = [&](size_t at) {
    if (at >= kinds.size()) return base;  // before the first, after the last
    return kinds[at] == Kind::kNumber ? Kind::kRight : kinds[at];
  };
  for (size_t begin = 0; begin < kinds.size(); ++begin) {
    if (kinds[begin] != Kind::kNeutral) continue;
    size_t end = begin;
    while (end < kinds.size() && kinds[end] == Kind::kNeutral) ++end;
    const Kind joined = side(begin - 1) == side(end) ? side(end) : base;
    std::fill(kinds.begin() + static_cast<ptrdiff_t>(begin), kinds.begin() + static_cast<ptrdiff_t>(end), joined);
  }
}

/// Rules I1, I2.
uint8_t level_of(Kind kind, bool from_right) {
  if (kind == Kind::kRight) return 1;
  return kind == Kind::kNumber || from_right ? 2 : 0;
}

}  // namespace

bool is_special(std::string_view token) {
  constexpr std::string_view kOpen = "‹", kClose = "›";
  if (!token.starts_with(kOpen) || !token.ends_with(kClose)) return false;
  const std::string_view name = token.substr(kOpen.size(), token.size() - kOpen.size() - kClose.size());
  return std::all_of(name.begin(), name.end(), [](char letter) { return letter >= 'a' && letter <= 'z'; });
}

TokenLevels token_levels(std::span<const std::string> tokens) {
  std::vector<Kind> kinds;
  for (const std::string& token : tokens) kinds.push_back(kind_of_token(token));
  const auto strong =
      std::find_if(kinds.begin(), kinds.end(), [](Kind kind) { return kind == Kind::kLeft || kind == Kind::kRight; });
  TokenLevels result;
  result.from_right = strong != kinds.end() && *strong == Kind::kRight;
  const Kind base = result.from_right ? Kind::kRight : Kind::kLeft;
  join_numbers(kinds, base);
  join_neutrals(kinds, base);
  for (const Kind kind : kinds) result.levels.push_back(level_of(kind, result.from_right));
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

std::string drawn_characters(std::string_view token) {
  std::vector<std::string> characters;
  each_character(token, [&](std::string_view character) { characters.emplace_back(character); });
  std::string drawn;
  for (const int place : visual_order(token_levels(characters).levels)) drawn += characters[place];
  return drawn;
}

}  // namespace lab
