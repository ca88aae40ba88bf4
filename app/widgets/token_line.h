#pragma once
// Token line: a text as its tokens, each on the colour of its weight, in lines that wrap.
//
//   TokenLine line = {.tokens = tokens, .weights = weights, .scale = scale, .selected = query};
//   if (const TokenPick pick = token_line("text", line, width); pick.clicked >= 0) …

#include <imgui.h>

#include <span>
#include <string>

#include "app/widgets/heatmap.h"

namespace lab {

struct TokenLine {
  std::span<const std::string> tokens;
  std::span<const float> weights = {};  // one a token, NaN: no pair; none: tokens on paper
  HeatScale scale = {};
  int selected = -1;       // framed; −1: none
  int lit = -1;            // the hovered thing, wherever it is hovered
  bool letters = false;    // tokens are letters, and stand close together
  ImFont* font = nullptr;  // null: the body's
  float leading = 5;       // between lines, logical pixels
};

struct TokenPick {
  int hovered = -1, clicked = -1;
};

/// At the cursor, `width` real pixels wide; as high as token_line_height() says.
TokenPick token_line(const char* id, const TokenLine& line, float width);
float token_line_height(const TokenLine& line, float width);

}  // namespace lab
