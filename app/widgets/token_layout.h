#pragma once
// Token layout: boxes of tokens on lines no wider than there is room, and which box is under a point. Pure arithmetic.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/text/direction.h"

namespace lab {

struct TokenBox {
  int token = 0, line = 0;
  float x = 0, width = 0;  // from the left edge
};
struct TokenBoxes {
  std::vector<TokenBox> boxes;  // line by line, each from left to right
  int lines = 0;
};

/// `widths`: of the boxes, in the order of the text. Lines break where `may_begin` a line says so, and anywhere in a
/// run that is wider than `room`; a box alone may be wider. Lines of text from the right end at `room`.
TokenBoxes lay_out_tokens(std::span<const float> widths, const TokenLevels& levels, const std::vector<bool>& may_begin,
                          float gap, float room);

/// The tokens a line may begin with: after a space, and those of more than one letter or without spaces around
/// (Chinese).
std::vector<bool> line_beginnings(std::span<const std::string> tokens);

/// The token whose box, with half the gap around it, holds the point; −1: none.
int token_at(const TokenBoxes& boxes, float x, float y, float line_height, float gap);

}  // namespace lab
