#pragma once
// Attending: which of a model's attentions is meant. Every model has the first, a translator all three.

#include <string_view>

namespace lab {

/// What looks at what: tokens at each other, in what a model reads; in a decoder, the answer's tokens at those before
/// them, and at the text's.
enum class Attending { kTokens, kAnswer, kCross };

/// As a translator's three are called, by their number.
constexpr std::string_view kAttendings[] = {"text → text", "answer → answer", "answer → text"};
constexpr std::string_view name_of(Attending attending) { return kAttendings[static_cast<int>(attending)]; }

}  // namespace lab
