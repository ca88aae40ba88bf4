#include "app/widgets/token_layout.h"

#include <algorithm>
#include <cmath>

#include "core/text/utf8.h"

namespace lab {
namespace {

bool ends_in_space(const std::string& token) {
  return !token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\t');
}

/// Chinese and Japanese, whose words have no spaces between them.
bool stands_alone(std::string_view token) {
  const int32_t value = first_code_point(token).value;
  return (value >= 0x2E80 && value <= 0x9FFF) || (value >= 0xF900 && value <= 0xFAFF);
}

/// Where each line begins, and the end.
std::vector<size_t> break_lines(std::span<const float> widths, const std::vector<bool>& may_begin, float gap,
                                float room) {
  std::vector<size_t> begins = {0};
  size_t good = 0;  // the last token of this line that may begin the next
  float x = 0, x_good = 0;
  for (size_t i = 0; i < widths.size(); ++i) {
    if (may_begin[i] && i > begins.back()) good = i, x_good = x;
    if (i > begins.back() && x + widths[i] > room) {
      const bool whole = good > begins.back();
      begins.push_back(whole ? good : i);
      x = whole ? x - x_good : 0;
      good = begins.back();
    }
    x += widths[i] + gap;
  }
  begins.push_back(widths.size());
  return begins;
}

}  // namespace

std::vector<bool> line_beginnings(std::span<const std::string> tokens) {
  std::vector<bool> may(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool after = i == 0 || ends_in_space(tokens[i - 1]) || is_special(tokens[i - 1]);
    may[i] = after || stands_alone(tokens[i]) || tokens[i].starts_with(' ');
    if (tokens[i] == " ") may[i] = false;  // it ends the line before
  }
  return may;
}

TokenBoxes lay_out_tokens(std::span<const float> widths, const TokenLevels& levels, const std::vector<bool>& may_begin,
                          float gap, float room) {
  TokenBoxes result;
  if (widths.empty()) return result;
  const std::vector<size_t> begins = break_lines(widths, may_begin, gap, room);
  result.lines = static_cast<int>(begins.size()) - 1;
  for (int line = 0; line < result.lines; ++line) {
    const size_t first = begins[line], count = begins[line + 1] - first;
    float x = 0;
    const size_t boxes = result.boxes.size();
    for (const int place : visual_order(std::span(levels.levels).subspan(first, count))) {
      const size_t token = first + static_cast<size_t>(place);
      result.boxes.push_back({static_cast<int>(token), line, x, widths[token]});
      x += widths[token] + gap;
    }
    const float shift = levels.from_right ? std::max(0.0f, room - (x - gap)) : 0;
    for (size_t i = boxes; i < result.boxes.size(); ++i) result.boxes[i].x += shift;
  }
  return result;
}

int token_at(const TokenBoxes& boxes, float x, float y, float line_height, float gap) {
  const int line = static_cast<int>(std::floor(y / line_height));
  for (const TokenBox& box : boxes.boxes)
    if (box.line == line && x >= box.x - gap / 2 && x < box.x + box.width + gap / 2) return box.token;
  return -1;
}

}  // namespace lab
