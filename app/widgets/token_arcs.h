#pragma once
// Token arcs: two columns of tokens, what asks at the left and what is looked at on the right, and a line for each
// pair, as strong as its weight (the head view of BertViz; Vig, "A multiscale visualization of attention in the
// transformer model", 2019). The lines of one token are bright, all others faint. Longer texts scroll.

#include <imgui.h>

#include <span>
#include <string>
#include <vector>

namespace lab {

struct TokenArcs {
  std::span<const std::string> asking, looked_at;
  std::span<const float> weights;           // [asking, looked_at]; NaN: no such pair
  float largest = 1;                        // the weight of the strongest line
  ImU32 colour = 0;                         // of the lines
  int selected = -1;                        // of `asking`, whose lines are bright; −1: all alike
  int lit_asking = -1, lit_looked_at = -1;  // hovered elsewhere
};

struct ArcPick {
  int asking = -1, looked_at = -1;  // under the mouse
  int clicked = -1;                 // of `asking`
};

/// At the cursor, `size` real pixels.
ArcPick token_arcs(const char* id, const TokenArcs& arcs, ImVec2 size);

/// Which lines are drawn and how strong, the faint ones first: pure.
struct ArcStroke {
  int asking, looked_at;
  float strength;  // 0 … 1
  bool bright;
};
/// Lines too weak to be seen are left out, and of the tokens outside `rows` (both columns) those without a seen end.
struct ArcRows {
  int first, last;
};
std::vector<ArcStroke> arc_strokes(const TokenArcs& arcs, const ArcRows& seen);

/// Logical pixels from one token to the next, where so many share a height.
float arc_row_height(int tokens, float height);

}  // namespace lab
