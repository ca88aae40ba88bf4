#pragma once
// Token bars: what may come next, the likeliest first, each with its probability as a bar; a click chooses one.

#include <imgui.h>

#include <span>
#include <string>
#include <vector>

namespace lab {

struct TokenBars {
  std::span<const std::string> vocabulary;  // how each token reads
  std::span<const float> probabilities;     // one a token
  std::span<const int> shown;               // which, in their order
  int chosen = -1;                          // a place in `shown`, framed; −1: none
  ImU32 colour = 0;
};

/// The `most` likeliest tokens, the likeliest first; of equals the one that comes first.
std::vector<int> likeliest(std::span<const float> probabilities, int most);

/// At the cursor. The place in `shown` that was clicked, or −1.
int token_bars(const char* id, const TokenBars& bars, float width);
/// Of a bar, logical pixels.
constexpr float kTokenBarHeight = 24;

}  // namespace lab
